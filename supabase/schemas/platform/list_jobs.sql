-- The scheduled jobs with what they are for, when they run and how their last runs went.
create function private.list_jobs(p_name text, p_runs integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_runs constant integer := least(greatest(coalesce(p_runs, 5), 1), 100);
begin
  perform private.require_operator();
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'name', j.name, 'schedule', j.schedule, 'description', j.description, 'scheduled_at', j.scheduled_at,
      'longest_gap_seconds', extract(epoch from j.longest_gap)::bigint, 'is_overdue', (health.job ->> 'is_overdue')::boolean,
      'runs', (
        select coalesce(jsonb_agg(jsonb_build_object('started_at', r.started_at, 'ended_at', r.ended_at, 'rows', r.rows_touched,
          'error', r.error) order by r.started_at desc), '[]')
        from (select * from private.job_runs where job_name = j.name order by started_at desc limit c_runs) r)) order by j.name), '[]')
    from private.jobs j
    join jsonb_array_elements(private.measure_jobs(now())) health (job) on health.job ->> 'name' = j.name
    where p_name is null or j.name = p_name);
end;
$$;
comment on function private.list_jobs(text, integer) is 'The scheduled jobs with their last runs, if the caller is an operator.';

create function public.list_jobs(p_name text default null, p_runs integer default 5) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.list_jobs(p_name, p_runs);
$$;
comment on function public.list_jobs(text, integer) is
  'For admins and the server: the scheduled jobs, or one, with their last runs (1 to 100, the newest first). Error: forbidden.';

grant execute on function private.list_jobs(text, integer), public.list_jobs(text, integer) to authenticated, service_role;
