-- Tickets that nobody comes back to end by themselves. Each tick takes one bounded batch and leaves what is locked:
-- a customer who is just replying or reopening wins.
create function private.resolve_waiting_tickets(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_before constant timestamptz := p_now - private.setting_interval('ticket_resolve_waiting_after');
  v_ticket_ids uuid[];
begin
  with due as (
    select id from public.support_tickets
    where status = 'waiting' and status_changed_at <= v_before and coalesce(last_message_at, status_changed_at) <= v_before
    order by status_changed_at limit private.setting_integer('support_job_batch_size')
    for no key update skip locked
  ), resolved as (
    update public.support_tickets t set status = 'resolved' from due where t.id = due.id returning t.id
  )
  select array_agg(id) into v_ticket_ids from resolved;
  insert into public.ticket_messages (ticket_id, body)
  select id, 'Resolved automatically, because there was no answer for a week. Reply to open the ticket again.'
  from unnest(v_ticket_ids) id;
  return coalesce(cardinality(v_ticket_ids), 0);
end;
$$;
comment on function private.resolve_waiting_tickets(timestamptz) is 'Resolves tickets that waited too long for their customer. The conversation says so; no rating is invited.';

create function private.close_resolved_tickets(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_rows integer;
begin
  with due as (
    select id from public.support_tickets
    where status = 'resolved' and status_changed_at <= p_now - private.setting_interval('ticket_close_resolved_after')
    order by status_changed_at limit private.setting_integer('support_job_batch_size')
    for no key update skip locked
  ), closed as (
    update public.support_tickets t set status = 'closed' from due where t.id = due.id returning t.id
  )
  select count(*) into v_rows from closed;
  return v_rows;
end;
$$;
comment on function private.close_resolved_tickets(timestamptz) is 'Closes tickets whose resolution stood long enough.';

create function private.forget_reply_keys(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_rows integer;
begin
  delete from private.reply_keys where (user_id, key) in (
    select user_id, key from private.reply_keys where created_at <= p_now - private.setting_interval('reply_key_kept_for')
    order by created_at limit private.setting_integer('support_job_batch_size'));
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.forget_reply_keys(timestamptz) is 'Forgets idempotency keys and the answers kept with them.';

select private.schedule_job('resolve_waiting_tickets', '*/10 * * * *', 'private.resolve_waiting_tickets', 'Resolve tickets that waited 7 days for their customer.');
select private.schedule_job('close_resolved_tickets', '*/10 * * * *', 'private.close_resolved_tickets', 'Close tickets that were resolved 7 days ago.');
select private.schedule_job('forget_reply_keys', '*/5 * * * *', 'private.forget_reply_keys', 'Forget idempotency keys after a day.');
