-- Jobs for calls that never got an end, and for calls whose content has been kept long enough.
create function private.close_stale_calls(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_call_id uuid;
  v_count integer := 0;
begin
  for v_call_id in
    select c.id
    from public.call_logs c join public.user_limits l on l.user_id = c.user_id
    where c.ended_at is null and c.stale_at is null
      and c.first_seen_at < p_now - private.setting_interval('stale_call_grace')
        - coalesce(c.granted_seconds, private.setting_integer('longest_call_seconds')) * interval '1 second'
    order by c.first_seen_at limit private.setting_integer('account_job_batch_size')
    for no key update of l skip locked
  loop
    update public.call_logs
    set stale_at = p_now,
        status = 'ended',
        status_at = case when status = 'ended' then status_at else p_now end,
        ended_at = case when status = 'ended' then private.told_end(started_at, status_at) end,
        outcome = coalesce(outcome, private.classify_outcome(ended_reason, false))
    where id = v_call_id and ended_at is null and stale_at is null;
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.close_stale_calls(timestamptz) is
  'Job: gives up calls that got no report in the time they could have lasted, and frees what they hold of the limit. '
  'They are metered by what status updates told of start and end; a report that comes later corrects it.';

create function private.forget_call_content(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  with old as (
    select id from public.call_logs
    where called_at < p_now - private.setting_integer('call_content_days') * interval '1 day'
      and (transcript is not null or summary is not null or structured_data is not null or recording_url is not null or caller_number is not null)
    order by called_at
    limit private.setting_integer('retention_batch')
    for no key update skip locked
  )
  update public.call_logs c
  set transcript = null, summary = null, structured_data = null, recording_url = null, caller_number = null
  from old where c.id = old.id;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.forget_call_content(timestamptz) is 'Job: drops what was said in old calls and who called. The calls stay, with times, outcome and cost.';

select private.schedule_job('close_stale_calls', '*/10 * * * *', 'private.close_stale_calls', 'gives up calls that never got a report'),
  private.schedule_job('forget_call_content', '* * * * *', 'private.forget_call_content', 'drops the content of calls after 180 days');
