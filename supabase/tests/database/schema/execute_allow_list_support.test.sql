-- Who may execute the functions of the support domain, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('private.first_readable_owner()', 'authenticated,service_role'),
  ('private.last_readable_owner()', 'authenticated,service_role'),
  -- For definer functions and triggers only.
  ('private.ticket_party_of(uuid,uuid)', ''),
  ('private.can_read_ticket(uuid,uuid)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
