create table private.call_tally (
  calls integer not null default 0,
  ended_calls integer not null default 0,
  answered_calls integer not null default 0,
  successful_calls integer not null default 0,
  completed_calls integer not null default 0,
  no_answer_calls integer not null default 0,
  busy_calls integer not null default 0,
  voicemail_calls integer not null default 0,
  cancelled_calls integer not null default 0,
  rejected_calls integer not null default 0,
  failed_calls integer not null default 0,
  duration_seconds bigint not null default 0,
  cost numeric(18, 6) not null default 0,
  durations public.duration_histogram not null default array_fill(0, array[32]),
  reasons jsonb not null default '{}'
);
comment on table private.call_tally is 'What a row of either tier counts: the pattern of both tables, dropped when they are made.';

create table public.call_analytics (
  user_id uuid not null references public.profiles (id) on delete cascade,
  bucket_start public.quarter_hour not null,
  assistant_id uuid not null default '00000000-0000-0000-0000-000000000000',
  like private.call_tally including defaults including constraints,
  primary key (user_id, bucket_start, assistant_id)
);
comment on table public.call_analytics is
  'Calls by quarter of an hour in UTC and assistant, kept by triggers in the transaction of the call. The axis is call_logs.called_at.';
comment on column public.call_analytics.assistant_id is
  'call_logs.assistant_id: kept when the assistant is deleted, so no foreign key. All zeros: a call without an assistant.';
comment on column public.call_analytics.answered_calls is 'Calls that connected (started_at is known).';
comment on column public.call_analytics.successful_calls is
  'Ended calls with a positive evaluation, or without one completed and at least successful_call_seconds long.';
comment on column public.call_analytics.completed_calls is 'One column for each call_outcome; together they are ended_calls.';
comment on column public.call_analytics.cost is 'USD.';
comment on column public.call_analytics.durations is 'Measured calls that connected, by class of duration.';
comment on column public.call_analytics.reasons is 'Ended calls by ended_reason; the empty text is none.';

alter table public.call_analytics enable row level security;

create policy "owners read their own analytics" on public.call_analytics
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.call_analytics to authenticated, service_role;
