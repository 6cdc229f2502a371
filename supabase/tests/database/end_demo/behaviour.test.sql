-- A trial ends once and for ever, with its reason on the log.
begin;
select plan(8);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'one@end.test'), ('10000000-0000-4000-8000-000000000002', 'two@end.test');
select private.end_demo('10000000-0000-4000-8000-000000000001', 'enrolment');
select private.end_demo('10000000-0000-4000-8000-000000000001', 'hosted_class');

select ok((select not is_demo from public.profiles where id = '10000000-0000-4000-8000-000000000001'), 'the trial is over');
select results_eq(
  $$select details from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001' and action_type = 'demo_ended'$$,
  $$values ('{"reason": "enrolment"}'::jsonb)$$, 'the first reason counts, once');
select ok((select is_demo from public.profiles where id = '10000000-0000-4000-8000-000000000002'), 'nobody else''s is');
select lives_ok($$select private.end_demo('10000000-0000-4000-8000-0000000000ff', 'role')$$, 'nobody''s trial is no error');

-- What was over by the clock had expired, though the job had not come yet.
insert into auth.users (id, email) select ('10000000-0000-4000-8000-00000000001' || n)::uuid, n || '@over.test' from generate_series(0, 3) n;
update public.profiles set demo_expires_at = now() where email like '%@over.test';
create function pg_temp.account(p_n integer) returns text language sql as $$
  select concat_ws(' ', account_status, expiry_reason, case when is_demo then 'trial' end, case when purge_after is not null then 'to be purged' end,
    case when private.account_problem(id, now()) is null then 'usable' end,
    (select kind || ' ' || coalesce(data ->> 'purge_after', 'for good') from public.notifications n where n.user_id = p.id and kind = 'expired'))
  from public.profiles p where id = ('10000000-0000-4000-8000-00000000001' || p_n)::uuid;
$$;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000003', 'teacher@end.test');
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000003';
insert into public.live_classes (id, host_id, title, scheduled_start, duration_minutes)
values ('10000000-0000-4000-8000-0000000000c1', '10000000-0000-4000-8000-000000000003', 'Algebra', now() + interval '1 day', 60);
insert into public.class_enrollments (live_class_id, profile_id) values ('10000000-0000-4000-8000-0000000000c1', '10000000-0000-4000-8000-000000000010');
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000011';
update public.user_limits set plan_type = 'pro' where user_id = '10000000-0000-4000-8000-000000000012';
select is(pg_temp.account(0), 'expired time expired for good', 'an enrolment comes after the end by time');
select is(pg_temp.account(1), 'expired time expired for good', 'so does a role');
select is(pg_temp.account(2), 'active usable', 'a paid plan revives, and nobody is told of an end');
select private.expire_account('10000000-0000-4000-8000-000000000013', 'time', now()), private.end_demo('10000000-0000-4000-8000-000000000013', 'role');
select is(left(pg_temp.account(3), 20), 'expired time expired', 'what the job has expired stays so');
select * from finish();
rollback;
