-- The words of the class domain, and its windows as settings.
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

-- Who a participant is. Only people of the class, its roster and its host, can be found: an address or a name from
-- outside binds nobody, and nothing is guessed from names. Of contradicting hints the strongest counts; if it fits two people, nobody.
create type public.identity_kind as enum ('user', 'registrant', 'customer');
comment on type public.identity_kind is 'Which of a provider''s ids it is: the account, a registration, or the key our own client joined with.';

-- Attendance one can defend: the union of a student's sessions, clipped to the class as it took place.
-- Two devices at once count once; a session without a join counts nothing and is listed for review.
create type public.attendance_status as enum ('present', 'late', 'left_early', 'partial', 'absent', 'excused');
comment on type public.attendance_status is
  'absent: less than a minimum; partial: less than the share that counts as present; late, left_early: enough, but not from the start or to the end. '
  'excused is never computed, only marked.';

-- Recordings as the provider tells of them: a row per file, and what the newest event says of the class. Nothing is copied
-- and no link or token is kept; a link is fetched when somebody who may plays it.
create type public.recording_file_state as enum ('processing', 'available', 'trashed', 'deleted');
comment on type public.recording_file_state is 'Ordered: of two events of one second the later word counts.';
