-- What the inbox, the queue and the run records forget, and when.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('event_content_days', '30', 'integer', '1', '3650', 'Days after which an event''s payload and normalised form are dropped.'),
  ('event_row_days', '400', 'integer', '30', '3650', 'Days after which an event''s row is deleted.'),
  ('task_days', '30', 'integer', '1', '3650', 'Days after which a done or cancelled task is deleted.'),
  ('dead_task_days', '400', 'integer', '1', '3650', 'Days after which a dead task is deleted.'),
  ('job_run_days', '30', 'integer', '1', '3650', 'Days after which the record of a job''s run is deleted.'),
  ('cron_run_days', '7', 'integer', '1', '3650', 'Days after which the scheduler''s own run details are deleted.'),
  ('retention_batch', '5000', 'integer', '1', '100000', 'Rows that one run of a retention job touches at most, per table.');

-- An event that was still waiting cannot be applied without its content: it is dead.
create function private.drop_event_content(p_event_ids uuid[], p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.webhook_events
  set payload = null, event = null, next_attempt_at = null,
      status = case when status in ('received', 'failed') then 'dead' else status end,
      settled_at = coalesce(settled_at, p_now)
  where id = any (p_event_ids);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.drop_event_content(uuid[], timestamptz) is 'Drops payload and normalised form of events; those that wait are dead then. Returns how many.';

-- Each job reads its settings once, because a query would read them for every row. It reads its rows along an index from the
-- oldest on, because without that order it would read to its end a table in which nothing is due.
create function private.forget_event_content(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_before constant timestamptz := p_now - private.setting_integer('event_content_days') * interval '1 day';
begin
  return private.drop_event_content(array(
    select id from public.webhook_events
    where received_at < v_before and (payload is not null or event is not null)
    order by received_at limit v_batch
    for update skip locked), p_now);
end;
$$;
comment on function private.forget_event_content(timestamptz) is 'Job: drops payload and normalised form of old events.';

create function private.delete_old_events(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_before constant timestamptz := p_now - private.setting_integer('event_row_days') * interval '1 day';
  v_count integer;
begin
  delete from public.webhook_events where id = any (array(
    select id from public.webhook_events where received_at < v_before
    order by received_at limit v_batch
    for update skip locked));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.delete_old_events(timestamptz) is 'Job: deletes the rows of events that are long past.';

create function private.delete_old_tasks(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_ended_before constant timestamptz := p_now - private.setting_integer('task_days') * interval '1 day';
  v_dead_before constant timestamptz := p_now - private.setting_integer('dead_task_days') * interval '1 day';
  v_ended integer;
  v_dead integer;
begin
  delete from public.tasks where id = any (array(
    select id from public.tasks
    where (done_at is not null or cancelled_at is not null) and coalesce(done_at, cancelled_at) < v_ended_before
    order by coalesce(done_at, cancelled_at) limit v_batch
    for update skip locked));
  get diagnostics v_ended = row_count;
  delete from public.tasks where id = any (array(
    select id from public.tasks where dead_at < v_dead_before
    order by dead_at limit v_batch
    for update skip locked));
  get diagnostics v_dead = row_count;
  return v_ended + v_dead;
end;
$$;
comment on function private.delete_old_tasks(timestamptz) is 'Job: deletes tasks that ended long ago.';

create function private.delete_old_runs(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('retention_batch');
  v_runs_before constant timestamptz := p_now - private.setting_integer('job_run_days') * interval '1 day';
  v_details_before constant timestamptz := p_now - private.setting_integer('cron_run_days') * interval '1 day';
  v_runs integer;
  v_details integer;
begin
  delete from private.job_runs where id = any (array(
    select id from private.job_runs where started_at < v_runs_before order by started_at limit v_batch));
  get diagnostics v_runs = row_count;
  -- The only index of the scheduler's table is its growing number. So the lowest numbers are looked at, and deleted if they are old.
  delete from cron.job_run_details where runid in (
    select runid from (select runid, start_time from cron.job_run_details order by runid limit v_batch) oldest
    where start_time < v_details_before);
  get diagnostics v_details = row_count;
  return v_runs + v_details;
end;
$$;
comment on function private.delete_old_runs(timestamptz) is 'Job: deletes old run records, ours and the scheduler''s, which it never deletes itself.';

select private.schedule_job('forget_event_content', '* * * * *', 'private.forget_event_content', 'drops the content of events after 30 days'),
  private.schedule_job('delete_old_events', '* * * * *', 'private.delete_old_events', 'deletes event rows after 400 days'),
  private.schedule_job('delete_old_tasks', '37 * * * *', 'private.delete_old_tasks', 'deletes tasks that ended 30 days ago, dead ones after 400'),
  private.schedule_job('delete_old_runs', '51 * * * *', 'private.delete_old_runs', 'deletes old records of job runs');
