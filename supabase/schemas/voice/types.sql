-- The enums and domains of the voice domain.
create type public.assistant_provisioning as enum ('pending', 'ready', 'failed');
comment on type public.assistant_provisioning is
  'pending: an edit has not reached VAPI yet; ready: VAPI has the newest edit; failed: it was refused or given up, see provisioning_error.';

create type public.phone_number_provider as enum ('twilio', 'vapi');
create type public.phone_number_status as enum ('importing', 'active', 'failed', 'released');
create type public.call_direction as enum ('inbound', 'outbound', 'web');
create type public.call_status as enum ('queued', 'ringing', 'in_progress', 'forwarding', 'ended');
comment on type public.call_status is 'In the order of a call''s life: the greatest that any event told is the status.';

create domain public.call_seconds as integer
  constraint call_seconds_are_not_negative check (value >= 0);
comment on domain public.call_seconds is 'A part of a call, in seconds.';

create domain public.call_cost as numeric(12, 6)
  constraint cost_is_not_negative check (value >= 0);
comment on domain public.call_cost is 'What a call cost, in US dollars, as VAPI tells it.';

create type public.call_outcome as enum ('completed', 'no_answer', 'busy', 'voicemail', 'cancelled', 'rejected', 'failed');
comment on type public.call_outcome is 'What became of an ended call. It says nothing about minutes, which are measured.';

-- The fine tier of analytics counts by quarter of an hour. Every offset in use is a multiple of 15 minutes, so the days of any zone can be cut
-- exactly out of its rows.
--
-- Both tiers are written with every call, so their rules are domains: Postgres keeps those ready, and parses a table's checks anew in every
-- statement (docs/decisions/0054-rules-of-busy-columns-are-domains.md).
create domain public.quarter_hour as timestamptz
  constraint bucket_starts_at_a_quarter check (extract(epoch from value)::bigint % 900 = 0);
comment on domain public.quarter_hour is 'The start of a quarter of an hour.';

create domain public.duration_histogram as integer[]
  constraint durations_has_32_classes check (cardinality(value) = 32);
comment on domain public.duration_histogram is 'Calls by class of duration; private.duration_bounds() has the limits of the classes.';

create domain public.hour_histogram as integer[]
  constraint hours_has_24_hours check (cardinality(value) = 24);
comment on domain public.hour_histogram is 'Calls by hour of a local clock: the first is 00:00 to 00:59.';
