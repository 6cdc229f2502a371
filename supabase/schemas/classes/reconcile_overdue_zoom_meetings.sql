-- The comparison with Zoom's record is asked for when a meeting of a class ends. If its task was given up or never made, a job asks
-- again for as long as Zoom has the record. So an outage of any length costs time and nothing else.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('zoom_reconcile_overdue', '"30 minutes"', 'interval', '1 minute', '1 day', 'After that long without a comparison the job asks for one, unless one is under way.'),
  ('zoom_reconcile_again', '"6 hours"', 'interval', '10 minutes', '7 days', 'How long after it asked the job asks for the same comparison again.'),
  ('zoom_report_days', '30', 'integer', '1', '30', 'Days for which the job asks for a comparison.');

create index meeting_instances_unreconciled_zoom_idx on public.meeting_instances (ended_at)
  where provider = 'zoom' and reconciled_at is null and live_class_id is not null;

create function private.reconcile_zoom_meetings(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_count integer;
begin
  with due as (
    select i.id, i.instance_key
    from public.meeting_instances i
    left join private.reconciliations r on r.instance_id = i.id
    where i.provider = 'zoom' and i.reconciled_at is null and i.live_class_id is not null
      and i.ended_at < p_now - private.setting_interval('zoom_reconcile_overdue')
      and i.ended_at > p_now - private.setting_integer('zoom_report_days') * interval '1 day'
      and (r.asked_at is null or r.asked_at < p_now - private.setting_interval('zoom_reconcile_again'))
      -- A comparison that is under way keeps its tries and its waiting time.
      and not exists (
        select from public.tasks t
        where t.kind = 'reconcile_zoom_meeting' and t.resource_id = i.instance_key
          and t.done_at is null and t.cancelled_at is null and t.dead_at is null)
    order by i.ended_at
    limit c_batch
  )
  select count(private.ask_for_comparison(id, 'reconcile_zoom_meeting', instance_key, p_now)) into v_count from due;
  return v_count;
end;
$$;
comment on function private.reconcile_zoom_meetings(timestamptz) is
  'Job: asks for the comparison of ended meetings of classes whose task was given up or never made.';

select private.schedule_job('reconcile_zoom_meetings', '*/10 * * * *', 'private.reconcile_zoom_meetings',
  'compares Zoom meetings with Zoom''s report when their task was given up');
