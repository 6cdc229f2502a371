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
