-- What the class domain holds about a person. What others decided for them is theirs to know; who decided is not.
create view private.exported_hosted_classes with (security_invoker = true) as
  select host_id as person, created_at, id, to_jsonb(c) - array['host_id', 'cancelled_by'] as data
  from public.live_classes c;
create view private.exported_join_links with (security_invoker = true) as
  select c.host_id as person, c.id, to_jsonb(l) as data
  from public.live_classes c join public.class_join_links l on l.live_class_id = c.id;
create view private.exported_enrolments with (security_invoker = true) as
  select e.profile_id as person, e.live_class_id,
    to_jsonb(e) - array['profile_id', 'enrolled_by'] || jsonb_build_object('title', c.title, 'scheduled_start', c.scheduled_start) as data
  from public.class_enrollments e join public.live_classes c on c.id = e.live_class_id;
create view private.exported_sessions with (security_invoker = true) as
  select profile_id as person, id, to_jsonb(s) - array['profile_id', 'session_key', 'handles'] as data
  from public.meeting_participants s;
create view private.exported_provider_ids with (security_invoker = true) as
  select profile_id as person, provider, kind, key, to_jsonb(i) - 'profile_id' as data
  from public.profile_identities i;
create view private.exported_named_accounts with (security_invoker = true) as
  select profile_id as person, host_id, provider, key, to_jsonb(n) - array['profile_id', 'host_id'] as data
  from private.named_accounts n;
create view private.exported_meet_spaces with (security_invoker = true) as
  select profile_id as person, space, to_jsonb(s) - 'profile_id' as data
  from private.space_hosts s;
comment on view private.exported_hosted_classes is 'Classes of a host.';
comment on view private.exported_join_links is 'The links of a host''s classes.';
comment on view private.exported_enrolments is 'Classes of a student.';
comment on view private.exported_sessions is 'When a person was in a meeting, and as whom.';
comment on view private.exported_provider_ids is 'Which accounts of the providers are known to be a person''s.';
comment on view private.exported_named_accounts is 'Which accounts a host said to be a person''s.';
comment on view private.exported_meet_spaces is 'Rooms of Meet that are known to be a host''s.';
insert into private.export_sections (domain, section, view_name) values
  ('classes', 'hosted_classes', 'private.exported_hosted_classes'),
  ('classes', 'join_links', 'private.exported_join_links'),
  ('classes', 'enrolments', 'private.exported_enrolments'),
  ('classes', 'sessions', 'private.exported_sessions'),
  ('classes', 'provider_ids', 'private.exported_provider_ids'),
  ('classes', 'named_accounts', 'private.exported_named_accounts'),
  ('classes', 'meet_spaces', 'private.exported_meet_spaces');
