-- Who may execute the functions that every domain stands on, checked exactly.
-- A function that an API role may execute and that is on no execute_allow_list_* fails execute-allow-lists.test.ts.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('private.refuse(integer,text,text,jsonb)', 'anon,authenticated,service_role'),
  ('private.refuse_until(integer,text,text,integer)', 'anon,authenticated,service_role'),
  ('private.setting_integer(text)', 'authenticated,service_role'),
  ('private.setting_interval(text)', 'authenticated,service_role'),
  ('private.setting_numeric(text)', 'authenticated,service_role'),
  ('private.gather_hooks(private.domain_hook,anyelement)', ''),
  ('private.touch_updated_at()', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
