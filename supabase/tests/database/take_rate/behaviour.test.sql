-- So many per window and not one more; a refusal says when to come back.
begin;
insert into private.rate_limits (kind, max_count, per) values ('knocks', 3, '1 hour');
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'one@rates.test'), ('10000000-0000-4000-8000-000000000002', 'two@rates.test'),
  ('10000000-0000-4000-8000-000000000003', 'agent@rates.test'), ('10000000-0000-4000-8000-000000000004', 'teacher@rates.test'),
  ('10000000-0000-4000-8000-000000000005', 'suspended@rates.test'), ('10000000-0000-4000-8000-000000000006', 'closing@rates.test');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000003';
update public.profiles set role = 'agent', account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000005';
update public.profiles set role = 'agent', account_status = 'closing' where id = '10000000-0000-4000-8000-000000000006';
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000004';

-- ok, or status, code and Retry-After of the refusal.
create function pg_temp.knock(p_user integer, p_now timestamptz) returns text language plpgsql as $$
declare v_detail text; v_message text;
begin
  perform private.take_rate(('10000000-0000-4000-8000-00000000000' || p_user)::uuid, 'knocks', p_now);
  return 'ok';
exception when sqlstate 'PGRST' then
  get stacked diagnostics v_detail = pg_exception_detail, v_message = message_text;
  return concat_ws(' ', v_detail::jsonb ->> 'status', v_message::jsonb ->> 'hint', v_detail::jsonb #>> '{headers,Retry-After}');
end;
$$;
select plan(17);
select is(pg_temp.knock(1, '2026-05-04 10:59:00Z'), 'ok', 'the first');
select is(pg_temp.knock(1, '2026-05-04 10:59:10Z'), 'ok', 'the second');
select is(pg_temp.knock(1, '2026-05-04 10:59:20Z'), 'ok', 'the last');
select is(pg_temp.knock(1, '2026-05-04 10:59:30.5Z'), '429 rate_limited 30', 'one too many waits for the window to end, rounded up');
select is(pg_temp.knock(1, '2026-05-04 10:59:59.999Z'), '429 rate_limited 1', 'never zero seconds');
select is(pg_temp.knock(2, '2026-05-04 10:59:30Z'), 'ok', 'another user has a window of his own');
select is(pg_temp.knock(1, '2026-05-04 11:00:00Z'), 'ok', 'the next window is fresh');
select results_eq($$select window_start, taken from private.rate_windows where user_id = '10000000-0000-4000-8000-000000000001'$$,
  $$values ('2026-05-04 11:00:00Z'::timestamptz, 1)$$, 'and replaces the one before');
select is((select count(*) from generate_series(1, 10) where pg_temp.knock(3, '2026-05-04 10:00:00Z') = 'ok'), 10::bigint, 'an agent is exempt');
select is((select count(*) from generate_series(1, 10) where pg_temp.knock(4, '2026-05-04 10:00:00Z') = 'ok'), 3::bigint, 'a teacher is not');
select is((select count(*) from generate_series(1, 10) where pg_temp.knock(5, '2026-05-04 10:00:00Z') = 'ok'), 3::bigint, 'nor a suspended agent');
select is((select count(*) from generate_series(1, 10) where pg_temp.knock(6, '2026-05-04 10:00:00Z') = 'ok'), 3::bigint, 'nor one whose account is closing');
select is(pg_temp.knock(9, '2026-05-04 10:00:00Z'), 'ok', 'nobody is not limited');
select throws_ok($$select private.take_rate('10000000-0000-4000-8000-000000000001', 'unheard_of', now())$$, 'P0002', null, 'an unknown kind is a mistake of ours');
select lives_ok($$delete from auth.users where id = '10000000-0000-4000-8000-000000000001'$$, 'the user can be deleted');
select throws_ok($$insert into private.rate_windows (user_id, kind, window_start, taken) values ('10000000-0000-4000-8000-000000000001', 'nothing', now(), 1)$$,
  '23503', null, 'nobody takes what has no rate');
delete from private.rate_limits where kind = 'knocks';
select is_empty($$select from private.rate_windows where kind = 'knocks'$$, 'and a rate that goes takes its windows along');
select * from finish();
rollback;
