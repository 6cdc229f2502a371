-- A suspended or closing account has no role, whichever it is given: every right that a role gives is asked of one function.
begin;
create temp table people on commit drop as
select gen_random_uuid() as id, role, status
from unnest(enum_range(null::public.user_role)) role cross join unnest(enum_range(null::public.account_status)) status;
insert into auth.users (id, email) select id, role || '.' || status || '@acting.test' from people;
-- Somebody else stays an admin.
insert into auth.users (id, email) values ('10000000-0000-4000-8000-0000000000ad', 'stays@acting.test');
update public.profiles set role = 'admin' where id = '10000000-0000-4000-8000-0000000000ad';
update public.profiles p
set role = x.role, account_status = x.status, expired_at = now(), expiry_reason = 'time'
from people x where x.id = p.id;

create function pg_temp.rights(p_id uuid) returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', json_build_object('sub', p_id, 'role', 'authenticated')::text, true);
  return concat_ws(' ', case when private.is_admin() then 'admin' end, case when private.is_support_staff() then 'staff' end,
    case when private.is_teacher() then 'teacher' end, private.ticket_party_of('10000000-0000-4000-8000-0000000000ad', p_id),
    (select kind from private.current_actor()), private.caller_role());
end;
$$;
select plan(16 + 2);
select is(pg_temp.rights(id),
  case
    when status in ('suspended', 'closing') or role = 'member' then concat_ws(' ', 'user', case when status not in ('suspended', 'closing') then role end)
    when role = 'teacher' then 'teacher user teacher'
    when role = 'agent' then 'staff staff staff agent'
    else 'admin staff teacher staff staff admin'
  end,
  format('the rights of a %s %s', status, role))
from people order by role, status;
select ok(not exists (select from people where status not in ('suspended', 'closing')
  and private.role_under(role, status) is distinct from private.acting_role(id)), 'a trigger that has the row and a rule that has the id agree');
select is(private.acting_role(gen_random_uuid()), null, 'nobody has no role');
select * from finish();
rollback;
