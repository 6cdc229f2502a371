-- The timeline: everybody's own, whole over its pages, and as cheap as a page.
begin;
select plan(9);
insert into auth.users (id, email) select md5('timeline' || n)::uuid, n || '@timeline.test' from generate_series(1, 3) n;
update public.profiles set role = 'teacher' where email = '2@timeline.test';
create function pg_temp.act_as(p_n integer) returns void language sql as $$
  select set_config('request.jwt.claims', json_build_object('sub', md5('timeline' || p_n)::uuid, 'role', 'authenticated')::text, true);
$$;
insert into public.live_classes (id, host_id, title, scheduled_start, duration_minutes)
select md5('class' || n)::uuid, md5('timeline2')::uuid, 'Class ' || n, date_trunc('day', now()), 60 from generate_series(1, 7) n;
insert into public.class_enrollments (live_class_id, profile_id) select md5('class' || n)::uuid, md5('timeline1')::uuid from generate_series(1, 5) n;
alter table public.call_logs disable trigger user;
insert into public.call_logs (user_id, vapi_call_id, started_at)
select md5('timeline1')::uuid, 'timeline ' || n, date_trunc('day', now()) - (n / 3) * interval '1 hour' from generate_series(1, 20000) n;
alter table public.call_logs enable trigger user;
analyze public.call_logs;
select pg_temp.act_as(1);
insert into public.support_tickets (id, subject, description) values ('20000000-0000-4000-8000-000000000001', 'Help', 'It broke.');
reset request.jwt.claims;
insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, rating) values ('20000000-0000-4000-8000-000000000001', md5('timeline1')::uuid, 1, 4);
update public.user_limits set plan_type = 'pro' where user_id = md5('timeline1')::uuid;

create function pg_temp.walk(p_limit integer, p_pages integer) returns table (kind text, happened_at timestamptz, id text) language plpgsql as $$
declare
  v_row record;
  v_at timestamptz;
  v_id text;
  v_rows integer;
begin
  for page in 1 .. p_pages loop
    v_rows := 0;
    for v_row in select * from public.my_timeline(p_before_at => v_at, p_before_id => v_id, p_limit => p_limit) loop
      kind := v_row.kind; happened_at := v_row.happened_at; id := v_row.id;
      v_at := v_row.happened_at; v_id := v_row.kind || ' ' || v_row.id; v_rows := v_rows + 1;
      return next;
    end loop;
    exit when v_rows < p_limit;
  end loop;
end;
$$;
select pg_temp.act_as(1);
select set_eq($$select distinct kind from pg_temp.walk(100, 3)$$, array['calls', 'classes', 'tickets', 'surveys', 'plan'], 'every kind is there');
select is((select count(*) from pg_temp.walk(3, 10)), 30::bigint, 'pages are whole');
select is((select count(distinct (kind, id)) from pg_temp.walk(3, 10)), 30::bigint, 'and have nothing twice, also where many things have one time');
select results_eq('select kind, id from pg_temp.walk(3, 10)', 'select kind, id from pg_temp.walk(30, 1)', 'small pages and a large one say the same');
select is((select count(*) from public.my_timeline('{classes}')), 5::bigint, 'a student has their classes');
select throws_ok($$select * from public.my_timeline('{nothing}')$$, 'PT422', null, 'an unknown kind');
select pg_temp.act_as(2);
select is((select count(*) from public.my_timeline()), 7::bigint, 'a host has theirs, and nothing of others');
update public.profiles set account_status = 'suspended' where email = '2@timeline.test';
select is((select count(*) from public.my_timeline('{classes}')), 0::bigint, 'who may host no more has none');

create function pg_temp.plan_of(p_statement text) returns jsonb language plpgsql as $$
declare
  v_plan json;
begin
  execute 'explain (analyze, timing off, format json) ' || p_statement into v_plan;
  return v_plan;
end;
$$;
select cmp_ok((select max((node #>> '{}')::numeric) from jsonb_path_query(pg_temp.plan_of(
    $$select * from private.timeline_calls v where person = md5('timeline1')::uuid and happened_at <= now() and (happened_at < now() or ('calls ' || id) collate "C" < 'x')
      order by happened_at desc, id collate "C" desc limit 20$$), '$.**."Actual Rows"') node), '<', 100::numeric, 'a page of 20,000 calls reads a page');
select * from finish();
rollback;
