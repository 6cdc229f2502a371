-- No limit and no counter is negative, or more than a JSON number can say, whoever writes it.
begin;
select plan(19);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@amounts.test');
create function pg_temp.refusal(p_table text, p_column text, p_value text) returns text language plpgsql as $$
declare
  v_name text;
begin
  execute format('update public.%I set %I = %s', p_table, p_column, p_value);
  return 'none';
exception when check_violation then
  get stacked diagnostics v_name = constraint_name;
  return v_name;
end;
$$;
select is(pg_temp.refusal(p_table, p_column, p_value), p_rule, concat_ws(' ', p_table, p_column, p_value))
from (values ('-1', 'amount_is_not_negative'), ('9007199254740992', 'amount_is_exact_in_json')) bad (p_value, p_rule), (values
  ('plans', 'max_assistants'), ('plans', 'max_call_time_seconds'), ('plans', 'max_attachment_bytes'),
  ('user_limits', 'max_assistants'), ('user_limits', 'max_call_time_seconds'), ('user_limits', 'max_attachment_bytes'),
  ('user_limits', 'current_assistants'), ('user_limits', 'used_call_time_seconds'), ('user_limits', 'used_attachment_bytes')
) amount (p_table, p_column);
select is(pg_temp.refusal('user_limits', 'max_assistants', 'null'), 'none', 'a limit may be null: unlimited');
select * from finish();
rollback;
