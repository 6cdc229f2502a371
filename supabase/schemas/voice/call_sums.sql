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
  'A call that comes (change 1) or goes (-1) for analytics; for the ledger what that changes of the call time: seconds at fact_at, null where nothing.';

create type private.call_sum as (
  user_id uuid,
  assistant_id uuid,
  bucket_start timestamptz,
  calls integer,
  ended_calls integer,
  answered_calls integer,
  successful_calls integer,
  completed_calls integer,
  no_answer_calls integer,
  busy_calls integer,
  voicemail_calls integer,
  cancelled_calls integer,
  rejected_calls integer,
  failed_calls integer,
  duration_seconds bigint,
  cost numeric,
  class integer,
  durations integer[],
  reason text,
  reasons jsonb
);
comment on type private.call_sum is
  'What calls of one quarter of an hour add to the tiers. class and reason: the only ones that change, null when several may.';
