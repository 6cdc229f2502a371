-- What a user may use and has used. The row is also the lock that every limited action queues on (decision 0011).
-- The rule of the amounts is their domain's: it is kept ready, where a table's checks are parsed anew in every statement.
create table public.user_limits (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  plan_type public.plan_type not null default 'free' references public.plans (plan_type) on delete restrict,
  max_assistants public.amount,
  max_call_time_seconds public.amount,
  max_attachment_bytes public.amount,
  current_assistants public.amount not null default 0,
  used_call_time_seconds public.amount not null default 0,
  used_attachment_bytes public.amount not null default 0,
  period_anchor timestamptz not null default now(),
  period_start timestamptz not null default now(),
  period_end timestamptz,
  updated_at timestamptz not null default now(),
  constraint period_ends_after_it_starts check (period_end > period_start)
);
comment on table public.user_limits is 'Limits (null = unlimited) and usage per user. Counters are kept by triggers on the facts, never by clients.';
comment on column public.user_limits.max_assistants is 'Copied from the plan at every plan change; may be set per user afterwards. So for all max_*.';
comment on column public.user_limits.current_assistants is 'A stock: never reset. So is used_attachment_bytes.';
comment on column public.user_limits.used_call_time_seconds is 'Seconds of calls whose end lies in the current period.';
comment on column public.user_limits.period_anchor is 'Months are counted from here, so that 31 January does not become the 28th for ever.';
comment on column public.user_limits.period_end is 'Exclusive; null = lifetime.';

create index user_limits_plan_type_idx on public.user_limits (plan_type);

create trigger user_limits_touch_updated_at before update on public.user_limits
  for each row execute function private.touch_updated_at();

alter table public.user_limits enable row level security;
create policy "owners and support staff read limits" on public.user_limits
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_support_staff()));

grant select on public.user_limits to authenticated, service_role;
grant update (plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes) on public.user_limits to service_role;
