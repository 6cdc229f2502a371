-- What belongs to no row goes once no creation can be at it any more, and within the hour; what somebody still makes stays.
begin;
select plan(10);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@strays.test');
update public.user_limits set max_assistants = null where user_id = '10000000-0000-4000-8000-000000000001';
insert into public.assistants (id, user_id, name) values
  ('a0000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'In the making'),
  ('a0000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'Lost by VAPI'),
  ('a0000000-0000-4000-8000-000000000003', '10000000-0000-4000-8000-000000000001', 'Known');
update public.assistants set vapi_assistant_id = 'va-lost' where name = 'Lost by VAPI';
update public.assistants set vapi_assistant_id = 'va-known' where name = 'Known';
select public.record_vapi_assistant_deleted('va-lost');
insert into public.phone_numbers (id, user_id, provider, area_code) values
  ('b0000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'vapi', '415');
select private.enqueue_task('confirm_phone_number', 'b0000000-0000-4000-8000-000000000001');

create function pg_temp.seen(p_id text, p_tag text, p_age interval) returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('id', p_id, 'tag', p_tag, 'created_at', now() - p_age));
$$;
create function pg_temp.assistant(p_id text, p_tag text, p_age interval) returns integer language sql as $$
  select private.sweep_vapi_strays(pg_temp.seen(p_id, p_tag, p_age), '[]', now());
$$;
create function pg_temp.number(p_id text, p_tag text, p_age interval) returns integer language sql as $$
  select private.sweep_vapi_strays('[]', pg_temp.seen(p_id, p_tag, p_age), now());
$$;

select is(pg_temp.assistant('va-fresh', gen_random_uuid()::text, interval '9 minutes 59 seconds'), 0, 'an assistant that a worker may just have made stays');
select is(pg_temp.assistant('va-stray', gen_random_uuid()::text, interval '10 minutes'), 1, 'one that is older and nobody''s goes');
select is(pg_temp.assistant('va-making', 'a0000000-0000-4000-8000-000000000001', interval '5 hours'), 0, 'one that its creation still looks for stays');
select is(pg_temp.assistant('va-again', 'a0000000-0000-4000-8000-000000000002', interval '5 hours'), 0, 'also when it replaces one that VAPI lost');
select is(pg_temp.assistant('va-twin', 'a0000000-0000-4000-8000-000000000003', interval '5 hours'), 1, 'a twin of a known one goes, even while that is edited');
update public.tasks set dead_at = now() where kind = 'sync_assistant';
select is(pg_temp.assistant('va-making', 'a0000000-0000-4000-8000-000000000001', interval '5 hours'), 1, 'what was given up goes');
select is(pg_temp.number('vn-fresh', gen_random_uuid()::text, interval '9 minutes 59 seconds') + pg_temp.number('vn-making', 'b0000000-0000-4000-8000-000000000001', interval '5 hours'), 0, 'so with numbers: fresh ones and those being imported stay');
select is(pg_temp.number('vn-stray', gen_random_uuid()::text, interval '10 minutes'), 1, 'and nobody''s go');

-- However the minute of its creation lies to the schedule.
select cmp_ok((
  select max(minutes_of_life) from (
    select (
      select min(tick - made) from cron.job, unnest(string_to_array(split_part(schedule, ' ', 1), ',')::integer[]) minute,
        generate_series(0, 3) hour, lateral (select 60 * hour + minute as tick) at
      where jobname = 'request_stray_sweep' and tick - made >= extract(epoch from private.setting_interval('stray_grace')) / 60) as minutes_of_life
    from generate_series(0, 59) made) lives),
  '<=', 30, 'a stray is found within half an hour, which leaves another half for its deletion to be tried again');
select cmp_ok(extract(epoch from private.setting_interval('stray_grace')), '>', private.setting_integer('task_lease_seconds')::numeric, 'and never while its worker may still live');
select * from finish();
rollback;
