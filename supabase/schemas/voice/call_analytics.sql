do $do$ begin execute private.write_for_each_metric($sql$
create table public.call_analytics (
  user_id uuid not null references public.profiles (id) on delete cascade,
  bucket_start public.quarter_hour not null,
  assistant_id uuid not null default '00000000-0000-0000-0000-000000000000',
  durations public.duration_histogram not null default array_fill(0, array[32]),
  reasons jsonb not null default '{}',
  [[NAME TYPE not null default 0]],
  primary key (user_id, bucket_start, assistant_id)
);
$sql$); end; $do$;
comment on table public.call_analytics is
  'Settled calls by quarter of an hour in UTC and assistant, kept by triggers in the transaction of the call. The axis is call_logs.called_at.';
do $do$
declare
  v_metric private.call_metrics;
begin
  for v_metric in select * from private.call_metrics loop
    execute format('comment on column public.call_analytics.%I is %L', v_metric.name, v_metric.meaning);
  end loop;
end;
$do$;
comment on column public.call_analytics.assistant_id is
  'call_logs.assistant_id: kept when the assistant is deleted, so no foreign key. All zeros: a call without an assistant.';
comment on column public.call_analytics.durations is 'Measured calls that connected, by class of duration.';
comment on column public.call_analytics.reasons is 'Ended calls by ended_reason; the empty text is none.';

alter table public.call_analytics enable row level security;

create policy "owners read their own analytics" on public.call_analytics
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.call_analytics to authenticated, service_role;
