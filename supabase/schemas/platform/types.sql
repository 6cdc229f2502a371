-- The points at which functions of later domains run.
create type private.domain_hook as enum (
  'outside_resources', 'purge_blockers', 'facts_to_purge', 'before_purge', 'visible_profiles',
  'profile_changed', 'plan_changed', 'before_user_deletion', 'task_died', 'event_subjects', 'account_overview', 'metrics',
  'notified', 'message_links'
);
create type public.actor_kind as enum ('user', 'staff', 'service', 'system');
comment on type public.actor_kind is
  'Who caused a fact: a signed-in user, support staff, the secret key, or the database itself (jobs, SQL, sign-up).';

-- The inbox: every verified delivery of a provider, once, with what became of it.
create type public.webhook_provider as enum ('zoom', 'google_meet', 'vapi', 'resend');
comment on type public.webhook_provider is 'Who delivers events to us.';

create type public.webhook_event_status as enum ('received', 'applied', 'ignored', 'failed', 'dead');
comment on type public.webhook_event_status is
  'received: waits for an application; applied; ignored: no effect by rule; failed: tried, will be tried again; dead: given up, waits for a replay.';

create type public.task_settlement as enum ('done', 'runs_again', 'retry', 'dead', 'lost');
comment on type public.task_settlement is
  'done; runs_again: there was a new wish during the lease; retry: later, by the schedule; dead: given up; lost: the lease is another''s or the task has ended, nothing was written.';

create type public.task_state as enum ('open', 'dead', 'ended');
comment on type public.task_state is 'open: to be done, or with a worker; dead: given up; ended: done or cancelled.';
