-- What a monitor reads of calls: how those of the last hour went, and why some were not taken.
create function private.call_gauges(p_now timestamptz) returns table (name text, help text, labels jsonb, value numeric)
language sql stable security definer set search_path = '' as $$
  with recent as materialized (
    select outcome, refusal, duration_seconds, cost from public.call_logs where first_seen_at > p_now - interval '1 hour'
  )
  select 'calls_last_hour', 'Calls of the last hour by what became of them; open: not yet ended.', jsonb_build_object('outcome', o.outcome), (
      select count(*) from recent r where coalesce(r.outcome::text, 'open') = o.outcome)
    from (select 'open' as outcome union all select unnest(enum_range(null::public.call_outcome))::text) o
  union all select 'calls_refused_last_hour', 'Calls of the last hour that were not admitted, by the reason.', jsonb_build_object('code', s.code), (
      select count(*) from recent r where r.refusal = s.code)
    from private.spoken_refusals s
  union all select 'calls_seconds_last_hour', 'What the calls of the last hour lasted that have ended.', '{}', coalesce(sum(duration_seconds), 0) from recent
  union all select 'calls_cost_last_hour', 'What they cost, in USD.', '{}', coalesce(sum(cost), 0) from recent;
$$;
comment on function private.call_gauges(timestamptz) is 'The figures of the calls of the last hour.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('metrics', 20, 'voice', 'private.call_gauges');
