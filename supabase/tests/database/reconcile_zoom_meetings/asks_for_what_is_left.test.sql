-- The job asks for comparisons whose task was given up or never made, not for those under way, and not all the time.
begin;
select plan(10);
insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values
  ('Class', '99700000001', '2026-03-02 10:00Z', 60);
do $$ begin
  perform private.note_instance('zoom', '{"key": "pgtap-zoom-ended", "meeting_id": "99700000001"}', '2026-03-02 10:00Z', 'start_event', '2026-03-02 11:00Z');
  perform private.note_instance('zoom', '{"key": "pgtap-zoom-open", "meeting_id": "99700000001"}', '2026-03-02 10:00Z', 'start_event', null);
  perform private.note_instance('zoom', '{"key": "pgtap-zoom-nobodys", "meeting_id": "99700000009"}', '2026-03-02 10:00Z', 'start_event', '2026-03-02 11:00Z');
end $$;
-- The open task as the queue sees it: waiting, given up, or gone.
create function pg_temp.end_task(p_how text) returns void language sql as $$
  update public.tasks set done_at = case when p_how = 'done' then now() end, dead_at = case when p_how = 'dead' then now() end
  where kind = 'reconcile_zoom_meeting' and resource_id like 'pgtap-zoom-%' and done_at is null and dead_at is null;
$$;
create function pg_temp.asked(p_now timestamptz) returns text[] language plpgsql as $$
begin
  perform private.reconcile_zoom_meetings(p_now);
  return (select coalesce(array_agg(replace(resource_id, 'pgtap-zoom-', '') order by resource_id), '{}') from public.tasks
    where kind = 'reconcile_zoom_meeting' and resource_id like 'pgtap-zoom-%' and run_after = p_now
      and done_at is null and dead_at is null);
end;
$$;
select is(pg_temp.asked('2026-03-02 12:00Z'), '{}', 'its task is under way and keeps its tries');
do $$ begin perform pg_temp.end_task('dead'); end $$;
select is(pg_temp.asked('2026-03-02 11:29Z'), '{}', 'nothing is overdue');
select is(pg_temp.asked('2026-03-02 11:31Z'), '{ended}', 'a task that was given up is made again; open meetings and nobody''s are not');
select is((select count(*)::integer from public.tasks where resource_id = 'pgtap-zoom-ended'), 2, 'as another one');
do $$ begin perform pg_temp.end_task('dead'); end $$;
select is(pg_temp.asked('2026-03-02 17:30Z'), '{}', 'one that is given up again is not asked for at once');
select is(pg_temp.asked('2026-03-02 17:32Z'), '{ended}', 'but later');
delete from public.tasks where resource_id like 'pgtap-zoom-%';
select is(pg_temp.asked('2026-03-03 10:00Z'), '{ended}', 'so is one whose task was never made');
do $$ begin perform pg_temp.end_task('done'); end $$;
select is(pg_temp.asked('2026-04-02 10:00Z'), '{}', 'Zoom is not asked for ever');
select is(pg_temp.asked('2026-03-31 10:00Z'), '{ended}', 'but for a month');
do $$ begin
  perform pg_temp.end_task('done');
  perform private.note_reconciled(id, now()) from public.meeting_instances where instance_key = 'pgtap-zoom-ended';
end $$;
select is(pg_temp.asked('2026-04-01 10:00Z'), '{}', 'what was compared is left alone');
select * from finish();
rollback;
