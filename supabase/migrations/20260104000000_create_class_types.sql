-- The words of the class domain, and its windows as settings.
create type public.meeting_provider as enum ('zoom', 'google_meet');
comment on type public.meeting_provider is 'Who runs the meeting of a class.';

create type public.class_status as enum ('scheduled', 'ongoing', 'completed', 'cancelled');
comment on type public.class_status is
  'A function of the facts. cancelled: a person or the provider said so; ongoing: a meeting runs; completed: one ran and none does; scheduled: else.';

create type public.recording_status as enum
  ('not_started', 'recording', 'paused', 'stopped', 'processing', 'available', 'failed', 'removed');
comment on type public.recording_status is 'What the newest recording event of a class says. removed: there were files, and each was trashed or deleted.';

create type public.match_confidence as enum ('assigned', 'key', 'identity', 'email', 'none');
comment on type public.match_confidence is
  'How a session found its person. assigned: by hand; key: registrant or customer key; identity: the provider''s user id, as stored; '
  'email: a confirmed address; none: a stranger.';

create type public.meeting_proof as enum ('none', 'provider', 'admin');
comment on type public.meeting_proof is
  'Who showed that the meeting of a class is its host''s. none: nobody, and nothing of the meeting reaches the class; '
  'provider: Zoom or Google did; admin: an admin or the secret key said so.';

-- Ordered from the strongest evidence to the weakest: the order decides which one counts.
create type public.start_evidence as enum ('start_event', 'end_event', 'participant_event', 'first_sign');
comment on type public.start_evidence is
  'What told us when a meeting started: its start event, its end event, a participant''s event, or only the time of the first event we know.';

insert into private.settings (name, value, description) values
  ('class_meeting_early', '"30 minutes"', 'A meeting that starts so long before a class still belongs to it.'),
  ('class_meeting_late', '"120 minutes"', 'A meeting that starts so long after the scheduled end of a class still belongs to it.'),
  ('join_link_opens_before', '"15 minutes"', 'The enrolled get the join link so long before the start.'),
  ('class_max_students', '1000', 'The most students that one class may have.');
