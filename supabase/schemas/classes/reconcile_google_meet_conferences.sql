-- Every session of Meet is asked about once it is seen, every conference as a whole once it has ended, and a job asks for what
-- events never told: an end that did not come, a conference that nobody announced.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('google_meet_reconcile_overdue', '"15 minutes"', 'interval', '1 minute', '1 day', 'After that long without a comparison the job asks for one.'),
  ('google_meet_conference_overdue', '"3 hours"', 'interval', '10 minutes', '7 days', 'A conference without an end is asked about that long after its start, and again each time.'),
  ('google_meet_record_days', '29', 'integer', '1', '29', 'Days for which a conference can be asked about; Google deletes its record after 30.');

create function public.note_google_meet_page(p_instance_key text, p_page_token text) returns void
language sql security definer set search_path = '' as $$
  insert into private.reconciliations as r (instance_id, page_token)
  select i.id, nullif(p_page_token, '') from public.meeting_instances i
  where i.provider = 'google_meet' and i.instance_key = p_instance_key
  on conflict (instance_id) do update set page_token = excluded.page_token;
$$;
comment on function public.note_google_meet_page(text, text) is
  'For the maintenance function: the page of participants to go on with, should the comparison be cut off here; empty for the first.';

grant execute on function public.note_google_meet_page(text, text) to service_role;

create function public.note_google_meet_reconciled(p_instance_key text) returns void
language sql security definer set search_path = '' as $$
  select private.note_reconciled(i.id, now()) from public.meeting_instances i
  where i.provider = 'google_meet' and i.instance_key = p_instance_key;
$$;
comment on function public.note_google_meet_reconciled(text) is
  'For the maintenance function: every session of a conference that has ended was compared with Meet''s record.';

grant execute on function public.note_google_meet_reconciled(text) to service_role;

create function private.ask_for_comparison(p_instance_id uuid, p_task_kind text, p_instance_key text, p_now timestamptz) returns uuid
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.reconciliations as r (instance_id, asked_at) values (p_instance_id, p_now)
  on conflict (instance_id) do update set asked_at = excluded.asked_at;
  return private.enqueue_task(p_task_kind, p_instance_key, null, p_now);
end;
$$;
comment on function private.ask_for_comparison(uuid, text, text, timestamptz) is
  'For the jobs: a task that compares a meeting with its provider''s record, and when it was asked for. Returns the task.';

create index meeting_instances_unreconciled_idx on public.meeting_instances (started_at)
  where provider = 'google_meet' and reconciled_at is null;

create function private.reconcile_google_meet_conferences(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_count integer;
begin
  with due as (
    select i.id, i.instance_key
    from public.meeting_instances i
    left join private.reconciliations r on r.instance_id = i.id
    where i.provider = 'google_meet' and i.reconciled_at is null
      and i.started_at > p_now - private.setting_integer('google_meet_record_days') * interval '1 day'
      and case when i.ended_at is not null then i.ended_at < p_now - private.setting_interval('google_meet_reconcile_overdue')
        else i.started_at < p_now - private.setting_interval('google_meet_conference_overdue') end
      and (r.asked_at is null or r.asked_at < p_now - private.setting_interval('google_meet_conference_overdue'))
      and private.google_meet_subjects(i.id) <> '{}'
    order by i.started_at
    limit c_batch
  )
  select count(private.ask_for_comparison(id, 'reconcile_google_meet_conference', instance_key, p_now)) into v_count from due;
  return v_count;
end;
$$;
comment on function private.reconcile_google_meet_conferences(timestamptz) is
  'Job: asks for the comparison of conferences whose task was given up, whose host had no address, or whose end was never told.';

select private.schedule_job('reconcile_google_meet_conferences', '*/10 * * * *', 'private.reconcile_google_meet_conferences',
  'compares Google Meet conferences with Meet''s own record when nothing else did');
