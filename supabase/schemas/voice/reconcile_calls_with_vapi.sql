-- VAPI may never deliver a report: its retries end, and we may be down. So VAPI is asked as well, for every call that changed since the last
-- time and for each of ours that is still open. The answers are normalised and take the way of a delivery.
create table private.call_reconciliation (
  is_only_row boolean primary key default true constraint only_one_row check (is_only_row),
  reconciled_through timestamptz not null
);
comment on table private.call_reconciliation is 'Up to when VAPI has told of every change of a call.';

alter table private.call_reconciliation enable row level security;

create policy "nobody but the owner of the schema reads the reconciliation" on private.call_reconciliation
  for all to anon, authenticated using (false) with check (false);

insert into private.settings (name, value, type, lowest, highest, description) values
  ('reconciliation_overlap', '"15 minutes"', 'interval', '1 minute', '7 days', 'How far before the end of the last reconciliation the next one begins: VAPI''s clock and lists lag.'),
  ('reconciliation_first_reach', '"1 day"', 'interval', '1 hour', '30 days', 'How far back the first reconciliation looks.'),
  ('reconcile_calls_after', '"5 minutes"', 'interval', '1 minute', '7 days', 'How long a call without a report is left to its webhooks before VAPI is asked about it.'),
  ('reconcile_calls_for', '"3 days"', 'interval', '1 hour', '30 days', 'How long VAPI is asked about a call without a report.');

create function private.calls_to_reconcile(p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'updated_since', coalesce(
      (select reconciled_through - private.setting_interval('reconciliation_overlap') from private.call_reconciliation),
      p_now - private.setting_interval('reconciliation_first_reach')),
    'open_calls', coalesce((
      select jsonb_agg(open.vapi_call_id)
      from (
        select vapi_call_id from public.call_logs
        where reported_at is null and refusal is null
          and first_seen_at between p_now - private.setting_interval('reconcile_calls_for')
            and p_now - private.setting_interval('reconcile_calls_after')
        order by first_seen_at limit 200
      ) open), '[]'));
$$;
comment on function private.calls_to_reconcile(timestamptz) is 'What VAPI is to be asked about at p_now, {updated_since, open_calls}.';

create function public.calls_to_reconcile() returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.calls_to_reconcile(now());
$$;
comment on function public.calls_to_reconcile() is
  'For the reconciliation task: {updated_since: ask VAPI for calls that changed since, open_calls: ids to ask for one by one}.';

create function public.calls_worth_ingesting(p_events jsonb) returns setof text
language sql stable security definer set search_path = '' as $$
  select told.call ->> 'vapi_call_id'
  from jsonb_to_recordset(p_events) as told(
    kind text, call jsonb, status text, started_at timestamptz, ended_at timestamptz, cost numeric)
  left join public.call_logs known on known.vapi_call_id = told.call ->> 'vapi_call_id'
  where case
    -- An organisation at VAPI may have calls that are not ours.
    when known.id is null then
      exists (select from private.vapi_assistants where vapi_assistant_id = told.call ->> 'vapi_assistant_id')
      or exists (select from public.phone_numbers where vapi_phone_id = told.call ->> 'vapi_phone_number_id')
    when told.kind = 'call_reported' then
      known.reported_at is null
      or (known.started_at, known.ended_at, known.cost)
        is distinct from (coalesce(told.started_at, known.started_at), coalesce(told.ended_at, known.ended_at), coalesce(round(told.cost, 6), known.cost))
    else known.reported_at is null and known.status < told.status::public.call_status
  end;
$$;
comment on function public.calls_worth_ingesting(jsonb) is
  'Of fetched calls, normalised and without their content, the ids of those that are ours and say something new.';

create function public.record_call_reconciliation(p_through timestamptz) returns void
language sql security definer set search_path = '' as $$
  insert into private.call_reconciliation as r (reconciled_through) values (least(p_through, now()))
  on conflict (is_only_row) do update set reconciled_through = greatest(r.reconciled_through, excluded.reconciled_through);
$$;
comment on function public.record_call_reconciliation(timestamptz) is 'For the reconciliation task: records that every change up to p_through has been taken.';

grant execute on function public.calls_to_reconcile(), public.calls_worth_ingesting(jsonb),
  public.record_call_reconciliation(timestamptz) to service_role;

create function private.request_call_reconciliation(p_now timestamptz) returns integer
language sql set search_path = '' as $$
  select count(private.enqueue_task('reconcile_calls', 'vapi', null, p_now))::integer;
$$;
comment on function private.request_call_reconciliation(timestamptz) is 'Job: asks for the calls to be compared with VAPI''s.';

select private.schedule_job('request_call_reconciliation', '*/10 * * * *', 'private.request_call_reconciliation', 'asks for calls to be compared with VAPI''s');
