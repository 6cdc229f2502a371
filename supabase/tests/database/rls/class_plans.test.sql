-- The policies let an index serve a teacher's and a student's lists of classes, filtered or not, among the rows of others.
begin;
insert into auth.users (id, email) select md5('plans' || n)::uuid, n || '@class-plans.test' from generate_series(1, 110) n;
update public.profiles set role = 'teacher' where email in (select n || '@class-plans.test' from generate_series(1, 10) n);
update public.profiles set role = 'admin' where email = '11@class-plans.test';
alter table public.live_classes disable trigger user;
insert into public.live_classes (id, host_id, title, scheduled_start, duration_minutes)
select md5('plans-class' || n)::uuid, md5('plans' || 1 + n % 10)::uuid, 'Class', now() - n * interval '1 hour', 30 from generate_series(1, 200) n;
alter table public.live_classes enable trigger user;
alter table public.class_enrollments disable trigger user;
insert into public.class_enrollments (live_class_id, profile_id)
select md5('plans-class' || n)::uuid, md5('plans' || 11 + (n * 50 + s) % 100)::uuid from generate_series(1, 200) n, generate_series(1, 50) s;
alter table public.class_enrollments enable trigger user;
alter table public.meeting_instances disable trigger user;
insert into public.meeting_instances (id, provider, instance_key, live_class_id, started_at, start_evidence)
select id, 'zoom', 'plans ' || id, id, scheduled_start, 'start_event' from public.live_classes where title = 'Class';
alter table public.meeting_instances enable trigger user;
alter table public.meeting_participants disable trigger user;
insert into public.meeting_participants (instance_id, session_key, live_class_id, profile_id, match_confidence, join_time)
select live_class_id, profile_id::text, live_class_id, profile_id, 'email', now() from public.class_enrollments
where live_class_id in (select live_class_id from public.meeting_instances where instance_key like 'plans %');
alter table public.meeting_participants enable trigger user;
analyze public.live_classes, public.class_enrollments, public.meeting_instances, public.meeting_participants;

create function pg_temp.plan_of(p_statement text) returns jsonb language plpgsql as $$
declare
  v_plan json;
begin
  execute 'explain (analyze, timing off, format json) ' || p_statement into v_plan;
  return v_plan;
end;
$$;
create temp table lists (statement text) on commit drop;
insert into lists values
  ('select id, join_time from public.meeting_participants'), ('select id, join_time from public.meeting_participants limit 1000'),
  ('select * from public.class_enrollments limit 1000'), ('select count(*) from public.meeting_participants');
grant select on lists to authenticated;
grant execute on function pg_temp.plan_of(text) to authenticated;

select plan((select count(*) * 2 + 1 from lists)::integer);
create temp table plans (who text, statement text, plan jsonb) on commit drop;
grant select, insert on plans to authenticated;
set local role authenticated;
select set_config('request.jwt.claims', json_build_object('sub', md5('plans1'), 'role', 'authenticated')::text, true);
insert into plans select 'teacher', statement, pg_temp.plan_of(statement) from lists;
select set_config('request.jwt.claims', json_build_object('sub', md5('plans20'), 'role', 'authenticated')::text, true);
insert into plans select 'student', statement, pg_temp.plan_of(statement) from lists;
select is_empty(format($$select from plans where who = %L and statement = %L and jsonb_path_exists(plan,
    '$.** ? (@."Node Type" == "Seq Scan" && (@."Relation Name" == "meeting_participants" || @."Relation Name" == "class_enrollments"))')$$, who, statement),
  'no scan of a whole table: ' || who || ', ' || statement) from plans;
select set_config('request.jwt.claims', json_build_object('sub', md5('plans11'), 'role', 'authenticated')::text, true);
select cmp_ok((select count(*) from public.meeting_participants), '>=', 10000::bigint, 'an admin reads them all');
select * from finish();
rollback;
