-- What a user may use and has used. The row is also the lock that every limited action queues on (decision 0011).
-- The rule of the amounts belongs to their SQL domain: Postgres keeps that ready, but parses a table's checks anew in every statement.
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
  reconciled_at timestamptz not null default now(),
  constraint period_ends_after_it_starts check (period_end > period_start)
);
comment on table public.user_limits is 'Limits (null = unlimited) and usage per user. Counters are kept by triggers on the facts, never by clients.';
comment on column public.user_limits.max_assistants is 'Copied from the plan at every plan change; may be set per user afterwards. So for all max_*.';
comment on column public.user_limits.current_assistants is 'A stock: never reset. So is used_attachment_bytes.';
comment on column public.user_limits.used_call_time_seconds is 'Seconds of calls whose end lies in the current period.';
comment on column public.user_limits.period_anchor is 'Months are counted from here, so that 31 January does not become the 28th for ever.';
comment on column public.user_limits.period_end is 'Exclusive; null = lifetime.';
comment on column public.user_limits.reconciled_at is 'When the counters were last compared with the facts.';

create index user_limits_plan_type_idx on public.user_limits (plan_type, period_anchor, user_id);
create index user_limits_period_end_idx on public.user_limits (period_end) where period_end is not null;

alter table public.user_limits enable row level security;

create policy "owners and support staff read limits" on public.user_limits
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_support_staff()));

grant select on public.user_limits to authenticated, service_role;
grant update (plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes) on public.user_limits to service_role;

create function private.user_limits_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.plan_type <> old.plan_type then
    -- This row is the lock under which a purge sets closing, so the status read here holds.
    if exists (select from public.profiles where id = new.user_id and account_status = 'closing') then
      perform private.refuse(409, 'account_closing', 'The account is being closed.');
    end if;
    new := private.apply_plan(old, new);
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.user_limits_guard() is
  'BEFORE limits or use change: 409 account_closing for another plan. A plan brings its limits and its period. Derives updated_at.';

create function private.user_limits_react() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_old jsonb;
  v_new jsonb;
begin
  -- Every report of a call passes here, and below half of a limit there is nothing to say. The same condition on the trigger would
  -- cost eight times as much, because Postgres reads its text anew in every statement.
  if (
    new.used_call_time_seconds * 2 >= new.max_call_time_seconds
      and (new.used_call_time_seconds <> old.used_call_time_seconds or new.period_start <> old.period_start)
    or new.current_assistants >= new.max_assistants and new.current_assistants > old.current_assistants
    or new.used_attachment_bytes * 2 >= new.max_attachment_bytes and new.used_attachment_bytes > old.used_attachment_bytes
    or (new.plan_type, new.max_call_time_seconds, new.max_assistants, new.max_attachment_bytes)
      is distinct from (old.plan_type, old.max_call_time_seconds, old.max_assistants, old.max_attachment_bytes)
  ) is not true then
    return null;
  end if;
  v_old := to_jsonb(old);
  v_new := to_jsonb(new);
  perform private.react_to_use(old, new);
  if new.plan_type <> old.plan_type
    or exists (select from private.limits where v_new -> max_column is distinct from v_old -> max_column)
  then
    perform private.log_usage(new.user_id, case when old.plan_type = new.plan_type then 'limits_changed' else 'plan_changed' end,
      'user_limits', new.user_id,
      p_details => jsonb_build_object('from', private.describe_limits(v_old), 'to', private.describe_limits(v_new)));
  end if;
  if new.plan_type <> old.plan_type then
    if new.plan_type <> 'free' then
      perform private.end_demo(new.user_id, 'paid_plan');
      perform private.revive_account(new.user_id);
    end if;
    perform private.run_hooks('plan_changed', old, new);
    perform private.publish_webhook(new.user_id, 'plan.changed', concat_ws(' ', new.user_id, extract(epoch from now())), now(),
      jsonb_build_object('from', old.plan_type, 'to', new.plan_type));
  end if;
  return null;
end;
$$;
comment on function private.user_limits_react() is
  'AFTER limits or use changed: tells the owner, ends a trial at its limit, logs other limits; a paid plan ends the trial and revives; the domains hear of a plan.';

create trigger user_limits_guard before update on public.user_limits
  for each row execute function private.user_limits_guard();

create trigger user_limits_react after update on public.user_limits
  for each row execute function private.user_limits_react();
