-- One call of the caller with all that was said. Row level security decides what is seen. VAPI's id and the address of the recording are not told.
create function public.read_call(p_call_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select to_jsonb(told) from (
    select c.id, c.called_at, c.started_at, c.ended_at, c.direction, c.status, c.outcome, c.ended_reason, c.assistant_id, c.phone_number_id,
      c.caller_number, c.duration_seconds, c.granted_seconds, c.cost, c.cost_breakdown, c.is_success, c.success_evaluation, c.transcript,
      c.summary, c.structured_data, c.reported_at, n.name as assistant_name, c.recording_url is not null as has_recording
    from public.call_logs c left join private.assistant_names() n on n.assistant_id = c.assistant_id
    where c.id = p_call_id and c.user_id = (select auth.uid())) told;
$$;
comment on function public.read_call(uuid) is 'One of the caller''s calls, with the name of its assistant, also of a deleted one; null when there is none.';

grant execute on function public.read_call(uuid) to authenticated;
