-- What is there once beside the primary keys. Races lean on these keys: which of them a table has is written down here, and each race has its own test.
begin;
select plan(1);
create temp table keys (relation text, columns text) on commit drop;
insert into keys values
  ('private.account_closures', '(user_id)'),
  ('private.calendar_links', '(token_hash)'),
  ('private.call_metrics', '(place)'),
  ('private.call_metrics', '(shown_as)'),
  ('private.google_meet_subscriptions', '(name)'),
  ('private.google_meet_subscriptions', '(space, host_id)'),
  ('private.limits', '(log_column)'),
  ('private.limits', '(place)'),
  ('private.limits', '(use_column)'),
  ('private.meeting_changes', '(provider, meeting_id, changed_at, previous_start, is_for_all, field, value) NULLS NOT DISTINCT'),
  ('private.ticket_transitions', '(party, from_status) WHERE is_effect_of_message'),
  ('public.assistants', '(id, user_id)'),
  ('public.assistants', '(vapi_assistant_id)'),
  ('public.call_logs', '(vapi_call_id)'),
  ('public.class_recordings', '(instance_id, file_key)'),
  ('public.meeting_instances', '(provider, instance_key)'),
  ('public.meeting_participants', '(instance_id, session_key)'),
  ('public.message_deliveries', '(notification_id, channel)'),
  ('public.message_deliveries', '(provider_id) WHERE ((provider_id IS NOT NULL) AND (sent_with IS NULL))'),
  ('public.phone_numbers', '(id, user_id)'),
  ('public.phone_numbers', '(phone_number) WHERE (status = ''active''::phone_number_status)'),
  ('public.phone_numbers', '(vapi_phone_id)'),
  ('public.received_mails', '(provider_id)'),
  ('public.saved_replies', '(team, title) NULLS NOT DISTINCT'),
  ('public.support_tickets', '(number)'),
  ('public.tasks', '(kind, resource_id) WHERE ((done_at IS NULL) AND (cancelled_at IS NULL) AND (dead_at IS NULL))'),
  ('public.ticket_attachments', '(path)'),
  ('public.ticket_messages', '(id, ticket_id)'),
  ('public.ticket_replies', '(id, ticket_id)'),
  ('public.ticket_surveys', '(ticket_id, resolution_cycle)'),
  ('public.webhook_deliveries', '(endpoint_id, event_id)'),
  ('public.webhook_events', '(provider, dedupe_key)');
select set_eq('select * from keys', $$
  select format('%s.%s', n.nspname, t.relname), regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING btree ', '')
  from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
  where i.indisunique and not i.indisprimary and n.nspname in ('public', 'private') $$, 'each unique key is named here');
select * from finish();
rollback;
