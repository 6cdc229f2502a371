-- Every column that says whose a row is is in the export, or is named here with the reason; and of the rows that are in it, every column.
begin;
select plan(6);
create temp table sections (domain text, section text, relation regclass, person name, withheld name[]) on commit drop;
insert into sections values
  ('accounts', 'profile', 'public.profiles', 'id', '{}'),
  ('accounts', 'limits', 'public.user_limits', 'user_id', '{}'),
  ('accounts', 'usage_log', 'public.usage_logs', 'user_id', '{actor_id}'),
  ('accounts', 'notifications', 'public.notifications', 'user_id', '{}'),
  ('accounts', 'told', 'private.told', 'user_id', '{}'),
  ('accounts', 'preferences', 'public.notification_preferences', 'user_id', '{}'),
  ('mail', 'deliveries', 'public.message_deliveries', 'user_id', '{told_rank,sending,sent_with}'),
  ('mail', 'suppressed_addresses', 'private.suppressed_addresses', 'user_id', '{}'),
  ('accounts', 'rates', 'private.rate_windows', 'user_id', '{}'),
  -- How far our work on the closure is.
  ('accounts', 'closure', 'private.account_closures', 'user_id', '{outside_tasks,abandoned_tasks,last_error,advanced_at,rows_deleted}'),
  ('accounts', 'webhook_endpoints', 'public.webhook_endpoints', 'user_id', '{}'),
  ('accounts', 'webhook_deliveries', 'public.webhook_deliveries', 'user_id', '{}'),
  ('accounts', 'webhook_attempts', 'public.webhook_attempts', 'user_id', '{}'),
  ('voice', 'assistants', 'public.assistants', 'user_id', '{vapi_assistant_id,revision}'),
  ('voice', 'assistant_names', 'private.vapi_assistants', 'user_id', '{vapi_assistant_id}'),
  ('voice', 'phone_numbers', 'public.phone_numbers', 'user_id', '{vapi_phone_id}'),
  -- A recording's address is lent call by call.
  ('voice', 'calls', 'public.call_logs', 'user_id', '{vapi_call_id,recording_url}'),
  ('classes', 'hosted_classes', 'public.live_classes', 'host_id', '{cancelled_by}'),
  ('classes', 'join_links', 'public.class_join_links', null, '{}'),
  ('classes', 'enrolments', 'public.class_enrollments', 'profile_id', '{enrolled_by}'),
  ('classes', 'marks', 'public.attendance_marks', 'profile_id', '{marked_by}'),
  -- Other spellings of what is in the row.
  ('classes', 'sessions', 'public.meeting_participants', 'profile_id', '{session_key,handles}'),
  ('classes', 'provider_ids', 'public.profile_identities', 'profile_id', '{}'),
  ('classes', 'named_accounts', 'private.named_accounts', 'profile_id', '{host_id}'),
  ('classes', 'calendar_link', 'private.calendar_links', 'profile_id', '{token_hash}'),
  ('classes', 'google_meet_spaces', 'private.space_hosts', 'profile_id', '{}'),
  ('support', 'desk_turn', 'public.desk_turns', 'profile_id', '{}'),
  ('support', 'tickets', 'public.support_tickets', 'user_id', '{number,assigned_to}'),
  ('support', 'messages', 'public.ticket_messages', 'user_id', '{author_id,is_internal}'),
  ('support', 'replies', 'public.ticket_replies', 'user_id', '{author_id,is_internal}'),
  ('support', 'attachments', 'public.ticket_attachments', 'user_id', '{uploaded_by,is_internal,path,object_version,is_metered}'),
  ('support', 'surveys', 'public.ticket_surveys', 'user_id', '{agent_id}'),
  ('support', 'events', 'public.ticket_events', 'user_id', '{actor_id}'),
  -- The text is in the row; which of our mails it answers is ours.
  ('support', 'received_mails', 'public.received_mails', 'user_id', '{provider_id,headers,html,authentication,delivery_id,decided_by}');
create temp table kept_back (relation regclass, attname name, why text) on commit drop;
insert into kept_back values
  ('public.profile_cards', 'id', 'a copy of two columns of the profile'),
  ('public.profile_cards', 'full_name', 'a copy of two columns of the profile'),
  ('public.class_cards', 'host_id', 'a copy of columns of the class'),
  ('public.call_analytics', 'user_id', 'sums of the calls'),
  ('public.call_analytics_days', 'user_id', 'sums of the calls'),
  ('private.analytics_calendars', 'user_id', 'the zone of the profile, and how far the sums are'),
  ('private.analytics_repairs', 'user_id', 'mistakes of ours in the sums'),
  ('private.rendered_messages', 'mail', 'the words of a notification that is in the export, kept until they are sent'),
  ('public.tasks', 'user_id', 'our work on rows that are in the export'),
  ('private.reply_keys', 'user_id', 'answers to messages that are in the export, kept for minutes'),
  ('private.google_meet_subscriptions', 'host_id', 'our listening to rooms that are in the export'),
  ('private.ticket_texts', 'user_id', 'the words of tickets and messages that are in the export'),
  ('public.ticket_tags', 'user_id', 'how the desk sorts its work'),
  ('public.ticket_tags', 'tagged_by', 'work of staff'),
  ('public.saved_replies', 'written_by', 'work of staff, for all of the desk'),
  ('private.ticket_staff', 'owner_id', 'who of the staff may be seen'),
  ('private.ticket_staff', 'staff_id', 'whose customers may see them'),
  ('private.admin_actions', 'actor_id', 'the record of what staff did'),
  ('public.usage_logs', 'actor_id', 'work of staff, on the account of a customer'),
  ('public.live_classes', 'cancelled_by', 'an act on the class of a host'),
  ('public.class_enrollments', 'enrolled_by', 'an act on the enrolment of a student'),
  ('public.attendance_marks', 'marked_by', 'the mark is the student''s'),
  ('private.named_accounts', 'host_id', 'the account is the named person''s'),
  ('public.support_tickets', 'assigned_to', 'work of staff, on the ticket of a customer'),
  ('public.ticket_messages', 'author_id', 'work of staff, on the ticket of a customer; a customer''s own are in'),
  ('public.ticket_replies', 'author_id', 'work of staff, on the ticket of a customer; a customer''s own are in'),
  ('public.ticket_attachments', 'uploaded_by', 'work of staff, on the ticket of a customer; a customer''s own are in'),
  ('public.ticket_events', 'actor_id', 'work of staff, on the ticket of a customer; a customer''s own are in'),
  ('public.ticket_surveys', 'agent_id', 'the rating is the customer''s'),
  ('public.received_mails', 'decided_by', 'work of staff, on the mail of a customer'),
  ('private.announced_meetings', 'host_email', 'what a provider says of a meeting that is nobody''s yet'),
  ('private.directory_answers', 'addresses', 'what a directory says of an account, kept for days; known to be somebody''s it is in provider_ids');

select set_eq('select domain, section from private.export_sections', 'select domain, section from sections', 'the sections are these');
select is_empty($$
  select c.oid::regclass, a.attname
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind = 'r'
    and (a.attname ~ '(^|_)(user|profile|host|owner|staff|actor|author|agent|admin|teacher|student|person)_id$'
      or a.attname ~ '(^|_)(e?mail|address|addresses|full_name|user_name)$' or a.attname ~ '_(by|to)$' and a.atttypid = 'uuid'::regtype
      or exists (
        select from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and a.attnum = any (f.conkey)
          and f.confrelid in ('auth.users'::regclass, 'public.profiles'::regclass)))
    and not exists (select from sections s where s.relation = c.oid and s.person = a.attname)
    -- A column beside the person's own, which the last test finds in the row.
    and not exists (select from sections s where s.relation = c.oid and a.atttypid = 'text'::regtype)
    and not exists (select from kept_back k where k.relation = c.oid and k.attname = a.attname)
$$, 'every column that says whose a row is is in the export or has a reason not to be');
select is_empty($$
  select relation, attname from kept_back k
  where not exists (select from pg_attribute a where a.attrelid = k.relation and a.attname = k.attname)
$$, 'the reasons are about columns that are there');

-- A person of whom every section has a row.
insert into auth.users (id, email, raw_user_meta_data) values
  ('10000000-0000-4000-8000-000000000001', 'person@everything.test', '{"full_name": "Petra"}'),
  ('10000000-0000-4000-8000-000000000002', 'host@everything.test', '{}');
update public.profiles set role = 'teacher' where email like '%@everything.test';
insert into public.notifications (user_id, kind) values ('10000000-0000-4000-8000-000000000001', 'expired');
select private.choose_notification('10000000-0000-4000-8000-000000000001', 'limit_90', 'email', false);
select private.suppress_address('10000000-0000-4000-8000-000000000001', 'person@everything.test', 'bounced', now());
insert into public.received_mails (provider_id, received_at, user_id) values ('mail', now(), '10000000-0000-4000-8000-000000000001');
insert into private.told (user_id, kind, about, told_on) values ('10000000-0000-4000-8000-000000000001', 'a_telling', 'once', current_date);
insert into public.webhook_endpoints (id, user_id, url, kinds)
values ('50000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'https://hooks.example.com', '{call.ended}');
insert into public.webhook_deliveries (id, endpoint_id, user_id, event_id, kind, occurred_at, data)
values ('50000000-0000-4000-8000-000000000002', '50000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', gen_random_uuid(), 'call.ended', now(), '{}');
insert into public.webhook_attempts (delivery_id, user_id, attempted_at, duration_ms, status)
values ('50000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', now(), 1, 200);
insert into private.rate_windows (user_id, kind, window_start, taken)
select '10000000-0000-4000-8000-000000000001', kind, now(), 1 from private.rate_limits limit 1;
insert into private.account_closures (user_id, reason, started_at, advanced_at)
values ('10000000-0000-4000-8000-000000000001', (enum_range(null::private.closure_reason))[1], now(), now());
insert into public.assistants (id, user_id, name, vapi_assistant_id)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Desk', 'va-everything');
insert into private.vapi_assistants (vapi_assistant_id, user_id, assistant_id, name)
values ('va-everything', '10000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', 'Desk') on conflict do nothing;
insert into public.phone_numbers (user_id, phone_number, provider, twilio_account_sid)
values ('10000000-0000-4000-8000-000000000001', '+15550100777', 'twilio', 'AC' || repeat('0', 32));
insert into public.call_logs (user_id, vapi_call_id) values ('10000000-0000-4000-8000-000000000001', 'everything');
insert into public.live_classes (id, host_id, title, provider, meeting_id, scheduled_start, duration_minutes) values
  ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Hers', 'zoom', '85555500001', now() + interval '1 day', 60),
  ('30000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000002', 'Another''s', 'zoom', '85555500002', now() + interval '1 day', 60);
insert into public.class_join_links (live_class_id, join_url) values ('30000000-0000-4000-8000-000000000001', 'https://example.com/join');
insert into public.class_enrollments (live_class_id, profile_id) values ('30000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001');
insert into public.attendance_marks (live_class_id, profile_id, status, note)
values ('30000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'excused', 'was ill');
insert into public.meeting_instances (id, provider, instance_key, meeting_id, live_class_id, started_at, start_evidence)
values ('40000000-0000-4000-8000-000000000001', 'zoom', 'everything', '85555500002', '30000000-0000-4000-8000-000000000002', now(), (enum_range(null::public.start_evidence))[1]);
insert into public.meeting_participants (instance_id, session_key, live_class_id, profile_id, match_confidence, user_name, join_time)
values ('40000000-0000-4000-8000-000000000001', 'everything', '30000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'assigned', 'Petra P.', now());
insert into public.profile_identities (provider, kind, key, profile_id) values ('zoom', 'user', 'everything', '10000000-0000-4000-8000-000000000001');
insert into private.named_accounts (host_id, provider, key, profile_id)
values ('10000000-0000-4000-8000-000000000002', 'zoom', 'named', '10000000-0000-4000-8000-000000000001');
insert into private.calendar_links (profile_id, token_hash) values ('10000000-0000-4000-8000-000000000001', 'a hash');
insert into public.desk_turns (profile_id, turn) values ('10000000-0000-4000-8000-000000000001', 1);
insert into private.space_hosts (space, profile_id, is_owner) values ('spaces/everything', '10000000-0000-4000-8000-000000000001', true);
insert into public.support_tickets (id, user_id, subject, description)
values ('50000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Help', 'It broke.');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
insert into public.ticket_messages (id, ticket_id, body) values ('60000000-0000-4000-8000-000000000001', '50000000-0000-4000-8000-000000000001', 'More');
insert into public.ticket_replies (ticket_id, message_id, body)
values ('50000000-0000-4000-8000-000000000001', '60000000-0000-4000-8000-000000000001', 'And more');
insert into public.ticket_attachments (id, ticket_id, user_id, file_name, content_type, size_bytes, path, state, sha256)
values ('70000000-0000-4000-8000-000000000001', '50000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'a.png', 'image/png', 9,
  '50000000-0000-4000-8000-000000000001/70000000-0000-4000-8000-000000000001/a.png', 'ready', repeat('0', 64));
insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, rating)
values ('50000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 1, 5);

create temp table found on commit drop as
  select d.key as domain, s.key as section, s.value -> 0 as data
  from jsonb_each(public.export_my_data()::jsonb - array['exported_at', 'next_cursor']) d, jsonb_each(d.value) s;
select is_empty('select domain, section from sections except select domain, section from found where data is not null', 'a person of whom every section has a row');
select is_empty($$
  select s.section, a.attname
  from sections s join pg_attribute a on a.attrelid = s.relation and a.attnum > 0 and not a.attisdropped
  join found f on f.domain = s.domain and f.section = s.section
  where not f.data ? a.attname::text and a.attname <> all (s.withheld) and a.attname is distinct from s.person
$$, 'has every column of it');
select is(jsonb_build_array(
    (select data ->> 'note' from found where section = 'marks'), (select data ->> 'about' from found where section = 'told'),
    (select data ->> 'key' from found where section = 'named_accounts'), (select data ->> 'user_name' from found where section = 'sessions'),
    (select data ->> 'body' from found where section = 'replies')),
  '["was ill", "once", "named", "Petra P.", "And more"]', 'with what it says');
select * from finish();
rollback;
