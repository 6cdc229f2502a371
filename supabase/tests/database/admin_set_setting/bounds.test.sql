-- A setting is changed within its type and its bounds, and on record.
begin;
select plan(30);
insert into private.settings (name, value, type, lowest, highest, description) values
  ('test_integer', '5', 'integer', '1', '10', 'x'), ('test_number', '0.5', 'number', '0', '1', 'x'), ('test_interval', '"1 day"', 'interval', '1 hour', '2 days', 'x'),
  ('test_integers', '[1]', 'integers', '1', '10', 'x'), ('test_texts', '["a"]', 'texts', '1', '2', 'x');
insert into private.settings (name, value, description) values ('test_fixed', '5', 'x');
create function pg_temp.outcome(p_name text, p_value jsonb) returns text language plpgsql as $$
declare v_hint text;
begin
  return public.admin_set_setting(p_name, p_value) ->> 'value';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return v_hint;
end;
$$;
select is(pg_temp.outcome('test_' || name, value::jsonb), expected, format('%s: %s', name, left(value, 40)))
from (values
  ('integer', '1', '1'), ('integer', '10', '10'), ('integer', '0', 'invalid_setting'), ('integer', '11', 'invalid_setting'), ('integer', '1.5', 'invalid_setting'),
  ('integer', '1e400', 'invalid_setting'), ('integer', '"5"', 'invalid_setting'), ('integer', 'null', 'invalid_setting'), ('integer', '[5]', 'invalid_setting'),
  ('number', '0.25', '0.25'), ('number', '1.01', 'invalid_setting'),
  ('interval', '"36 hours"', '36 hours'), ('interval', '"3 days"', 'invalid_setting'), ('interval', '"soon"', 'invalid_setting'), ('interval', '5', 'invalid_setting'),
  ('interval', '"-1 day"', 'invalid_setting'),
  ('integers', '[1, 10]', '[1, 10]'), ('integers', '[]', 'invalid_setting'), ('integers', '[1, 11]', 'invalid_setting'), ('integers', '["1"]', 'invalid_setting'),
  ('texts', '["b", "c"]', '["b", "c"]'), ('texts', '["a", "b", "c"]', 'invalid_setting'), ('texts', '[""]', 'invalid_setting'), ('texts', '[1]', 'invalid_setting'),
  ('fixed', '5', 'setting_is_fixed'), ('absent', '5', 'not_found')
) tried (name, value, expected);
select is(pg_temp.outcome('test_integer', null), 'invalid_setting', 'no value is none');
select results_eq($$ select details from private.admin_actions where action = 'set_setting' and details ->> 'name' = 'test_interval' $$,
  $$ values ('{"name": "test_interval", "from": "1 day", "to": "36 hours"}'::jsonb) $$, 'what was changed is on record');
select is_empty($$ select name from private.settings s where type is not null and not private.setting_fits(s, value) and name not like 'test%' $$, 'every setting is within its own bounds');
select is(jsonb_array_length(public.admin_list_settings()), (select count(*)::integer from private.settings), 'all are listed');
select * from finish();
rollback;
