-- Who may not use voice reads his assistants and numbers, and is told why he cannot write them. By the clock, not by the stored status.
begin;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@paused.test');
insert into public.assistants (id, user_id, name, vapi_assistant_id) values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Ann', 'va-paused');
insert into public.phone_numbers (user_id, provider, vapi_phone_id, status) values ('10000000-0000-4000-8000-000000000001', 'vapi', 'vp-paused', 'active');
update public.user_limits set max_assistants = 5 where user_id = '10000000-0000-4000-8000-000000000001';

-- Tries a statement as the owner and takes it back: done, or SQLSTATE and code.
create function pg_temp.try(p_role text, p_statement text) returns text language plpgsql as $$
declare
  v_hint text;
begin
  perform set_config('request.jwt.claims', case p_role when 'service_role' then '{"role": "service_role"}'
    else '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}' end, true);
  execute format('set local role %I', p_role);
  execute p_statement;
  raise exception using errcode = 'ZZ000';
exception
  when sqlstate 'ZZ000' then return 'done';
  when others then
    get stacked diagnostics v_hint = pg_exception_hint;
    return concat_ws(' ', sqlstate, v_hint);
end;
$$;
create temp table states (state text, change text, expected text) on commit drop;
insert into states values
  ('a second before the end', $$demo_expires_at = now() + interval '1 second'$$, 'done'),
  ('past the end, job not yet run', $$demo_expires_at = now()$$, 'PT403 account_expired'),
  ('expired', $$account_status = 'expired', expired_at = now(), expiry_reason = 'usage'$$, 'PT403 account_expired'),
  ('suspended', $$account_status = 'suspended'$$, 'PT403 account_suspended'),
  ('no trial any more, long past its end', $$is_demo = false, demo_expires_at = now() - interval '60 days'$$, 'done'),
  ('closing', $$account_status = 'closing'$$, 'PT409 account_closing');
create temp table writes (write text) on commit drop;
insert into writes values
  ($$insert into public.assistants (name) values ('New')$$),
  ($$update public.assistants set name = 'Edited'$$),
  ($$delete from public.assistants$$),
  ($$update public.phone_numbers set friendly_name = 'Edited'$$),
  ($$delete from public.phone_numbers$$);

create function pg_temp.try_in(p_change text, p_role text, p_statement text) returns text language plpgsql as $$
declare
  v_result text;
begin
  execute 'update public.profiles set ' || p_change || ' where id = ''10000000-0000-4000-8000-000000000001''';
  v_result := pg_temp.try(p_role, p_statement);
  raise exception using errcode = 'ZZ001', message = v_result;
exception when sqlstate 'ZZ001' then
  return sqlerrm;
end;
$$;
select plan(((select count(*) from states) * (select count(*) from writes) * 2 + 2)::integer);
select is(pg_temp.try_in(change, 'authenticated', write), expected, state || ': ' || write) from states cross join writes;
select is(pg_temp.try_in(change, 'service_role', write), 'done', 'the server, ' || state || ': ' || write)
from states cross join (select replace(replace(write, '(name)', '(user_id, name)'), '(''New'')', '(''10000000-0000-4000-8000-000000000001'', ''New'')') as write from writes) w;
update public.profiles set account_status = 'expired', expired_at = now(), expiry_reason = 'time' where id = '10000000-0000-4000-8000-000000000001';
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select is((select count(*) from public.assistants) + (select count(*) from public.phone_numbers), 2::bigint, 'an expired account still reads what it has');
select ok((select is_active from public.assistants where name = 'Ann'), 'that it pauses is derived and written nowhere');
select * from finish();
rollback;
