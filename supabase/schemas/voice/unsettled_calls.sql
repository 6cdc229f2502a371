-- The tiers hold calls that are settled: measured by a report, or given up. Each enters them once. The others are few, are read as they are,
-- and are counted with the tiers in every answer (docs/decisions/0106-open-calls-are-read-live.md).
do $do$ begin execute private.write_for_each_metric($sql$
create function private.unsettled_quarters(p_user_id uuid, p_assistant_id uuid) returns setof public.call_analytics
language plpgsql stable set search_path = '' rows 10 as $$
begin
  return query
  select s.user_id, s.bucket_start::public.quarter_hour, s.assistant_id,
    coalesce(s.durations, array_fill(0, array[32]))::public.duration_histogram, s.reasons,
    [[s.NAME]]
  from unnest(private.sums_of_calls(array(
    select (1, id, user_id, assistant_id, called_at, started_at, status, outcome, ended_reason,
      duration_seconds, cost, is_success, null, null, null)::private.call_change
    from public.call_logs
    where user_id = p_user_id and ended_at is null and stale_at is null
      and (p_assistant_id is null or assistant_id = p_assistant_id)))) s;
end;
$$;
$sql$); end; $do$;
comment on function private.unsettled_quarters(uuid, uuid) is
  'Rows as in call_analytics, one a call, of an account''s calls that are not settled; p_assistant_id null = all. Reads with the rights of its caller.';

grant execute on function private.unsettled_quarters(uuid, uuid) to authenticated, service_role;
