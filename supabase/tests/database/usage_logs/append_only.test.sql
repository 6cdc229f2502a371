-- Nobody rewrites the log, not even the owner of the table.
begin;
create function pg_temp.refusal(p_sql text) returns text language plpgsql as $$
declare v_hint text;
begin
  execute p_sql;
  return 'none';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return concat_ws(' ', sqlstate, nullif(v_hint, ''));
end;
$$;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'one@log.test'), ('10000000-0000-4000-8000-000000000002', 'two@log.test');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000002';
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select private.log_usage('10000000-0000-4000-8000-000000000001', 'call_recorded', 'call', '10000000-0000-4000-8000-0000000000aa', 1, 85, 1000, '{"a": 1}');

select plan(9);
select results_eq(
  $$select action_type, resource_type, resource_id, assistant_count_change, call_time_change_seconds, attachment_bytes_change, actor_kind, actor_id, details
    from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'call_recorded'$$,
  $$values ('call_recorded', 'call', '10000000-0000-4000-8000-0000000000aa'::uuid, 1, 85, 1000::bigint, 'staff'::public.actor_kind,
    '10000000-0000-4000-8000-000000000002'::uuid, '{"a": 1}'::jsonb)$$, 'a row says what, how much and who');
select is(pg_temp.refusal($$update public.usage_logs set call_time_change_seconds = 0 where action_type = 'call_recorded'$$),
  'PT403 usage_log_is_append_only', 'an amount is not changed');
select is(pg_temp.refusal($$update public.usage_logs set actor_id = null where action_type = 'call_recorded'$$),
  'PT403 usage_log_is_append_only', 'an actor who is still there is not forgotten');
select is(pg_temp.refusal($$update public.usage_logs set actor_id = user_id where action_type = 'call_recorded'$$),
  'PT403 usage_log_is_append_only', 'nor replaced');
select is(pg_temp.refusal($$update public.usage_logs set details = '{"a": 2}' where action_type = 'account_created'$$),
  'PT403 usage_log_is_append_only', 'nor is a row changed that has no actor');
select is(pg_temp.refusal($$delete from public.usage_logs where action_type = 'call_recorded'$$), 'PT403 usage_log_is_append_only', 'a row is not deleted');
select is(pg_temp.refusal($$select private.log_usage('10000000-0000-4000-8000-000000000001', 'Not a word', 'call')$$), '23514',
  'an action is named in snake case');
select is(pg_temp.refusal($$delete from auth.users where id = '10000000-0000-4000-8000-000000000002'$$), 'none', 'an actor may leave');
select is(pg_temp.refusal($$delete from auth.users where id = '10000000-0000-4000-8000-000000000001'$$), 'none', 'and so may the owner, with his log');
select * from finish();
rollback;
