create table private.account_closures (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null constraint account_closes_once unique,
  reason private.closure_reason not null,
  started_at timestamptz not null,
  outside_requested_at timestamptz,
  outside_tasks integer,
  abandoned_tasks jsonb not null default '[]',
  rows_deleted bigint not null default 0,
  advanced_at timestamptz not null,
  last_error text,
  completed_at timestamptz
);
comment on table private.account_closures is 'Every closed account, without personal data: why, when, what was taken away. Stays.';
comment on column private.account_closures.user_id is 'The random id of an account that no longer exists; no foreign key.';
comment on column private.account_closures.last_error is 'SQLSTATE and message that the last step ended with; null when it went well. The step is tried again.';
comment on column private.account_closures.abandoned_tasks is 'Outside clean-ups that failed for good: [{kind, resource_id}], for an operator.';

create index account_closures_open_idx on private.account_closures (advanced_at) where completed_at is null;

alter table private.account_closures enable row level security;

create policy "nobody but the owner of the schema reads closures" on private.account_closures
  for all to anon, authenticated using (false) with check (false);

create table private.removal_task_kinds (kind text primary key);
comment on table private.removal_task_kinds is
  'Tasks that take something away outside. A closing account waits for them; all its other tasks are cancelled.';

alter table private.removal_task_kinds enable row level security;

create policy "nobody but the owner of the schema reads removal kinds" on private.removal_task_kinds
  for all to anon, authenticated using (false) with check (false);

create function private.purge_blockers(p_user_id uuid) returns text[]
language plpgsql stable security definer set search_path = '' as $$
declare
  v_function text;
  v_codes text[];
  v_all text[] := '{}'::text[];
begin
  for v_function in select function_name from private.domain_hooks where hook = 'purge_blockers' order by place loop
    execute format('select array_agg(code) from %s($1) code', v_function) into v_codes using p_user_id;
    v_all := v_all || v_codes;
  end loop;
  return v_all;
end;
$$;
comment on function private.purge_blockers(uuid) is 'Codes of what makes an account more than a trial, from all domains; empty when nothing does.';

create function private.outside_resources(p_user_id uuid) returns table (kind text, resource_id text)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_function text;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'outside_resources' order by place loop
    return query execute format('select kind, resource_id from %s($1)', v_function) using p_user_id;
  end loop;
end;
$$;
comment on function private.outside_resources(uuid) is 'What lies outside of the database for a user, as tasks (kind, resource_id) that take it away.';

create function private.facts_to_purge(p_user_id uuid) returns bigint
language plpgsql stable security definer set search_path = '' as $$
declare
  v_function text;
  v_rows bigint;
  v_sum bigint := 0;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'facts_to_purge' order by place loop
    execute format('select %s($1)', v_function) into v_rows using p_user_id;
    v_sum := v_sum + v_rows;
  end loop;
  return v_sum;
end;
$$;
comment on function private.facts_to_purge(uuid) is 'How many rows the domains have to delete before an account can go.';

create function private.accounts_to_close(p_now timestamptz)
returns table (user_id uuid, reason private.closure_reason, due_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select id, 'request'::private.closure_reason, deletion_requested_at + private.setting_interval('deletion_revocable_for')
  from public.profiles
  where deletion_requested_at <= p_now - private.setting_interval('deletion_revocable_for') and account_status <> 'closing'
  union all
  select id, 'trial', purge_after
  from public.profiles
  where account_status = 'expired' and is_demo and purge_after <= p_now
    and purge_warned_at <= p_now - private.setting_interval('purge_warning_before')
    and (deletion_requested_at is null or deletion_requested_at > p_now - private.setting_interval('deletion_revocable_for'));
$$;
comment on function private.accounts_to_close(timestamptz) is 'Accounts whose time has come: deletion asked for and not taken back, or a trial that expired, was warned, and had its grace.';

create function private.purge_accounts_dry_run(p_now timestamptz)
returns table (user_id uuid, step text, reason private.closure_reason, blockers text[], outside jsonb, fact_count bigint)
language sql stable security definer set search_path = '' as $$
  select candidate.user_id, candidate.step, candidate.reason,
    case when candidate.step = 'close' and candidate.reason = 'trial' then private.purge_blockers(candidate.user_id) else '{}' end,
    (select coalesce(jsonb_agg(to_jsonb(resource)), '[]') from private.outside_resources(candidate.user_id) resource),
    private.facts_to_purge(candidate.user_id)
  from (
    select d.user_id, 'close' as step, d.reason from private.accounts_to_close(p_now) d
    union all
    select c.user_id, case when c.outside_requested_at is null then 'clear_outside' else 'delete' end, c.reason
    from private.account_closures c where c.completed_at is null
  ) candidate;
$$;
comment on function private.purge_accounts_dry_run(timestamptz) is
  'What purge_accounts would do next to whom: close, clear_outside or delete; why not (blockers); what lies outside; how many facts of the domains.';

-- This runs under the lock of the limits, for which a plan change waits. Either the plan change comes first and the account is no trial any
-- more, or it finds the account closing.
create function private.close_account(p_user_id uuid, p_reason private.closure_reason, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_is_due boolean;
begin
  perform private.lock_user_limits(p_user_id, p_now);
  select case p_reason
    when 'request' then deletion_requested_at <= p_now - private.setting_interval('deletion_revocable_for') and account_status <> 'closing'
    else account_status = 'expired' and is_demo and purge_after <= p_now
  end into v_is_due
  from public.profiles where id = p_user_id for no key update;
  if v_is_due is not true then
    return false;
  end if;
  if p_reason = 'request' and private.is_last_admin(p_user_id) then
    -- They have to appoint another admin and ask again.
    update public.profiles set deletion_requested_at = null where id = p_user_id;
    perform private.notify(p_user_id, 'deletion_refused', p_user_id, '{"reason": "last_admin"}');
    return false;
  elsif p_reason = 'trial' and private.purge_blockers(p_user_id) <> '{}' then
    -- The next try is tomorrow, so that accounts that wait do not hold up the others.
    update public.profiles set purge_after = p_now + interval '1 day' where id = p_user_id;
    return false;
  end if;
  update public.profiles set account_status = 'closing' where id = p_user_id;
  insert into private.account_closures (user_id, reason, started_at, advanced_at) values (p_user_id, p_reason, p_now, p_now);
  return true;
end;
$$;
comment on function private.close_account(uuid, private.closure_reason, timestamptz) is
  'Begins to close an account that is due and not blocked; irreversible. False when it is not.';
