-- A call on its way to the ledger and to analytics: what changed, and what it adds to the rows of both tiers.
create type private.call_change as (
  change integer,
  id uuid,
  user_id uuid,
  assistant_key uuid,
  called_at timestamptz,
  started_at timestamptz,
  status public.call_status,
  outcome public.call_outcome,
  ended_reason text,
  duration_seconds integer,
  cost numeric,
  is_success boolean,
  action_type text,
  fact_at timestamptz,
  seconds integer
);
comment on type private.call_change is
  'A call that comes (change 1) or goes (-1). For the ledger: the seconds of call time that this adds at fact_at, null for none.';

do $do$ begin execute private.write_for_each_metric($sql$
create type private.call_sum as (
  user_id uuid,
  assistant_id uuid,
  bucket_start timestamptz,
  class integer,
  durations integer[],
  reason text,
  reasons jsonb,
  [[NAME TYPE]]
);
$sql$); end; $do$;
comment on type private.call_sum is
  'What calls of one quarter of an hour add to the tiers. class and reason: the only ones that change, null when several may.';

-- What each call adds to the row of its quarter of an hour. The names that an ADDED may use are given here.
do $do$ begin execute private.write_for_each_metric($sql$
create function private.sums_of_calls(p_changes private.call_change[]) returns private.call_sum[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select (user_id, assistant_id, bucket_start, class,
      case when class is not null then array_fill(0, array[class - 1]) || change || array_fill(0, array[32 - class]) end,
      case when ended = 1 then word end,
      case when ended = 0 then '{}' else jsonb_build_object(word, change) end,
      [[ADDED]])::private.call_sum
    from (
      select *, coalesce(assistant_key, '00000000-0000-0000-0000-000000000000') as assistant_id,
        date_bin('15 minutes', called_at, '2000-01-01 00:00:00+00') as bucket_start,
        case when status = 'ended' then change else 0 end as ended,
        case when started_at is null then 0 else change end as answered,
        case when started_at is not null and duration_seconds is not null
          then width_bucket(duration_seconds, private.duration_bounds()) + 1 end as class,
        coalesce(left(ended_reason, 200), '') as word
      from unnest(p_changes)
      -- Otherwise the planner would put these expressions in place of each of their names.
      offset 0
    ) call
    order by assistant_id, bucket_start);
end;
$$;
$sql$); end; $do$;
comment on function private.sums_of_calls(private.call_change[]) is 'What each of these calls adds to the tiers, in the order of its rows.';

grant execute on function private.sums_of_calls(private.call_change[]) to authenticated;
