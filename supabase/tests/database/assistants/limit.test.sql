-- As many assistants as the limit allows, on every path, and the counter never drifts from the rows.
begin;
select plan(17);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'full@limit.test'), ('10000000-0000-4000-8000-000000000002', 'empty@limit.test');
create temp view counted as
  select l.user_id, l.current_assistants, (select count(*) from public.assistants a where a.user_id = l.user_id) as rows,
    (select coalesce(sum(assistant_count_change), 0) from public.usage_logs g where g.user_id = l.user_id) as logged
  from public.user_limits l where l.user_id::text like '10000000-0000-4000-8000-00000000000_';

-- The refusal of a statement as a client sees it: SQLSTATE, code and details.
create function pg_temp.refusal(p_statement text) returns text[] language plpgsql as $$
declare
  v_code text; v_hint text; v_detail text;
begin
  execute p_statement;
  return null;
exception when others then
  get stacked diagnostics v_code = returned_sqlstate, v_hint = pg_exception_hint, v_detail = pg_exception_detail;
  return array[v_code, v_hint, v_detail];
end;
$$;
grant execute on function pg_temp.refusal(text) to authenticated;

set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select lives_ok($$insert into public.assistants (name) values ('First')$$, 'the plan''s first assistant is created');
select is((pg_temp.refusal($$insert into public.assistants (name) values ('Second')$$))[1:2], '{PT402,limit_reached}', 'the second is refused with 402');
select is((pg_temp.refusal($$insert into public.assistants (name) values ('Second')$$))[3]::jsonb,
  '{"limit": "assistants", "used": 1, "allowed": 1}'::jsonb, 'the refusal says what is used and allowed');
reset role;
select is((select (current_assistants, rows, logged)::text from counted where user_id = '10000000-0000-4000-8000-000000000001'), '(1,1,1)', 'a refusal leaves nothing behind');

-- An insert that loses to a conflict takes no place, whichever rule settles it.
set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
insert into public.assistants (id, user_id, name)
  select id, user_id, 'Ignored' from public.assistants where user_id = '10000000-0000-4000-8000-000000000001' on conflict (id) do nothing;
insert into public.assistants (id, user_id, name)
  select id, user_id, 'Merged' from public.assistants where user_id = '10000000-0000-4000-8000-000000000001'
  on conflict (id) do update set name = excluded.name;
reset role;
select is((select name from public.assistants where user_id = '10000000-0000-4000-8000-000000000001'), 'Merged', 'an upsert edits');
select is((select (current_assistants, rows, logged)::text from counted where user_id = '10000000-0000-4000-8000-000000000001'), '(1,1,1)', 'upserts do not count');
select is((pg_temp.refusal($$insert into public.assistants (user_id, name) values ('10000000-0000-4000-8000-000000000001', 'x')$$))[1], 'PT402', 'SQL is refused like REST');

-- Whether another one is full is not to be learned.
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}';
select is(pg_temp.refusal($$insert into public.assistants (user_id, name) values ('10000000-0000-4000-8000-000000000001', 'x')$$),
  pg_temp.refusal($$insert into public.assistants (user_id, name) values ('10000000-0000-4000-8000-000000000099', 'x')$$),
  'an insert for another says the same whether he is full, or is there at all');
reset role;

update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000001';
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select is((pg_temp.refusal($$insert into public.assistants (name) select 'Bulk ' || n from generate_series(1, 10) n$$))[1], 'PT402', 'a bulk insert beyond the limit is refused whole');
select lives_ok($$insert into public.assistants (name) select 'Bulk ' || n from generate_series(1, 9) n$$, 'one up to the limit is not');
delete from public.assistants where name in ('Bulk 1', 'Bulk 2');
select lives_ok($$insert into public.assistants (name) values ('Again')$$, 'deleting gives the place back');
reset role;
select is((select (current_assistants, rows, logged)::text from counted where user_id = '10000000-0000-4000-8000-000000000001'), '(9,9,9)', 'counter, rows and log agree');

update public.user_limits set plan_type = 'free' where user_id = '10000000-0000-4000-8000-000000000001';
select is((select count(*) from public.assistants where user_id = '10000000-0000-4000-8000-000000000001'), 9::bigint, 'a downgrade keeps the excess');
select is((pg_temp.refusal($$insert into public.assistants (user_id, name) values ('10000000-0000-4000-8000-000000000001', 'x')$$))[3]::jsonb,
  '{"limit": "assistants", "used": 9, "allowed": 1}'::jsonb, 'and refuses new ones');
update public.user_limits set plan_type = 'enterprise' where user_id = '10000000-0000-4000-8000-000000000001';
select lives_ok($$insert into public.assistants (user_id, name) select '10000000-0000-4000-8000-000000000001', 'Many ' || n from generate_series(1, 60) n$$, 'null means unlimited');
select throws_ok($$update public.assistants set user_id = '10000000-0000-4000-8000-000000000002' where name = 'Many 1'$$, '23514', null, 'an assistant keeps its owner');
select is((select (current_assistants, rows, logged)::text from counted where user_id = '10000000-0000-4000-8000-000000000001'), '(69,69,69)', 'counter, rows and log agree');
select * from finish();
rollback;
