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
  -- Counters = sums of facts = sums of the log. Triggers keep it so; this checks, repairs and records.
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

create index user_limits_plan_type_idx on public.user_limits (plan_type);
create index user_limits_period_end_idx on public.user_limits (period_end) where period_end is not null;

alter table public.user_limits enable row level security;

create policy "owners and support staff read limits" on public.user_limits
  for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_support_staff()));

grant select on public.user_limits to authenticated, service_role;
grant update (plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes) on public.user_limits to service_role;

create function private.apply_plan() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_plan public.plans;
  v_month record;
begin
  -- This row is the lock under which a purge sets closing, so the status read here holds.
  if exists (select from public.profiles where id = new.user_id and account_status = 'closing') then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;

  select * into strict v_plan from public.plans where plan_type = new.plan_type;
  new.max_assistants := v_plan.max_assistants;
  new.max_call_time_seconds := v_plan.max_call_time_seconds;
  new.max_attachment_bytes := v_plan.max_attachment_bytes;

  select * into strict v_month from private.usage_month(new.period_anchor, greatest(now(), new.period_start));
  if new.period_end <= now() then
    new.period_start := v_month.period_start;
  end if;
  new.period_end := case when v_plan.usage_period = 'month' then v_month.period_end end;
  if new.period_start <> old.period_start then
    new.used_call_time_seconds := private.sum_call_time(new.user_id, new.period_start, new.period_end);
  elsif new.period_end is distinct from old.period_end then
    -- A call may have ended after a period that is not over by our clock.
    new.used_call_time_seconds := old.used_call_time_seconds
      + private.sum_call_time(new.user_id, coalesce(old.period_end, 'infinity'), new.period_end)
      - private.sum_call_time(new.user_id, coalesce(new.period_end, 'infinity'), old.period_end);
  end if;
  return new;
end;
$$;
comment on function private.apply_plan() is 'BEFORE a plan change: copies the plan''s limits, rolls a period that is over, sets the new period''s end.';

create function private.record_limit_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.log_usage(new.user_id,
    case when old.plan_type = new.plan_type then 'limits_changed' else 'plan_changed' end,
    'user_limits', new.user_id,
    p_details => jsonb_build_object(
      'from', private.describe_limits(old), 'to', private.describe_limits(new)));
  if new.plan_type <> old.plan_type and new.plan_type <> 'free' then
    perform private.end_demo(new.user_id, 'paid_plan');
    perform private.revive_account(new.user_id);
  end if;
  return null;
end;
$$;
comment on function private.record_limit_change() is 'AFTER a change of plan or limits: logs it; a paid plan ends the trial and revives.';

create function private.react_to_call_time() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_shares(new, 'call_time',
    case when new.period_start = old.period_start then old.used_call_time_seconds else 0 end, old.max_call_time_seconds,
    new.used_call_time_seconds, new.max_call_time_seconds, private.warning_shares());
  -- A trial whose plan changes is none any more.
  if new.used_call_time_seconds >= new.max_call_time_seconds and new.plan_type = old.plan_type then
    perform private.expire_account(new.user_id, 'usage', now());
  end if;
  return null;
end;
$$;
comment on function private.react_to_call_time() is
  'AFTER call time or its limit changed: tells the owner at each share of the limit, and ends a trial at the limit.';

-- Of assistants there are too few for shares: one of one is the limit at once, and only that is worth telling.
-- Stocks have no period: what was full, was emptied and is full again is news, though not at each come and go.
create function private.react_to_stocks() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_shares(new, 'assistants', old.current_assistants, old.max_assistants,
    new.current_assistants, new.max_assistants, '{100}', true);
  perform private.tell_shares(new, 'attachments', old.used_attachment_bytes, old.max_attachment_bytes,
    new.used_attachment_bytes, new.max_attachment_bytes, private.warning_shares(), true);
  return null;
end;
$$;
comment on function private.react_to_stocks() is
  'AFTER assistants or bytes grew, or their limit changed: tells the owner when no assistant is left, and at each share of the attachments'' limit.';

create trigger user_limits_apply_plan before update of plan_type on public.user_limits
  for each row when (old.plan_type is distinct from new.plan_type) execute function private.apply_plan();

create trigger user_limits_touch_updated_at before update on public.user_limits
  for each row execute function private.touch_updated_at();

-- plan_type is named because a trigger on columns looks at what the statement sets: a plan sets its limits in a BEFORE trigger.
create trigger user_limits_react_to_call_time
  after update of used_call_time_seconds, max_call_time_seconds, plan_type on public.user_limits
  for each row
  when (new.used_call_time_seconds * 2 >= new.max_call_time_seconds)
  execute function private.react_to_call_time();
comment on trigger user_limits_react_to_call_time on public.user_limits is 'Below half of the limit there is nothing to say, so most calls do not pay for it.';

create trigger user_limits_react_to_stocks
  after update of current_assistants, used_attachment_bytes, max_assistants, max_attachment_bytes, plan_type on public.user_limits
  for each row
  when (
    (new.current_assistants > old.current_assistants or new.max_assistants is distinct from old.max_assistants)
      and new.current_assistants >= new.max_assistants
    or (new.used_attachment_bytes > old.used_attachment_bytes or new.max_attachment_bytes is distinct from old.max_attachment_bytes)
      and new.used_attachment_bytes * 2 >= new.max_attachment_bytes
  )
  execute function private.react_to_stocks();

create trigger user_limits_record_limit_change
  after update of plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes on public.user_limits
  for each row
  when (
    (old.plan_type, old.max_assistants, old.max_call_time_seconds, old.max_attachment_bytes)
    is distinct from (new.plan_type, new.max_assistants, new.max_call_time_seconds, new.max_attachment_bytes)
  )
  execute function private.record_limit_change();
