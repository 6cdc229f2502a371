-- Ledger and analytics follow every change of a call in its transaction, whoever makes it. Statement-level with transition tables: a
-- trigger per call would be quadratic when thousands change at once.
--
-- Transition tables have no statistics, so that a statement over many calls looks dear enough to be compiled, which costs more than it saves.
create function private.follow_calls() returns trigger
language plpgsql security definer set search_path = '' set jit = off as $$
declare
  v_changes private.call_change[];
  v_accounts refcursor;
begin
  if tg_op = 'INSERT' then
    open v_accounts for select array_agg((1, id, user_id, assistant_id, called_at, started_at, status, outcome, ended_reason,
      duration_seconds, cost, is_success, 'call_recorded', ended_at, duration_seconds)::private.call_change)
    from inserted
    group by user_id order by user_id;
  elsif tg_op = 'UPDATE' then
    -- What it was goes, what it is comes. A call that moves to another end leaves the one period and enters the other.
    open v_accounts for select array_agg(version)
    from updated n join replaced o on o.id = n.id
    cross join lateral unnest(array[
      (1, n.id, n.user_id, n.assistant_id, n.called_at, n.started_at, n.status, n.outcome, n.ended_reason,
        n.duration_seconds, n.cost, n.is_success, case when o.ended_at is null then 'call_recorded' else 'call_corrected' end, n.ended_at,
        n.duration_seconds - case when o.ended_at = n.ended_at then o.duration_seconds else 0 end)::private.call_change,
      (-1, o.id, o.user_id, o.assistant_id, o.called_at, o.started_at, o.status, o.outcome, o.ended_reason,
        o.duration_seconds, o.cost, o.is_success, 'call_corrected', o.ended_at,
        case when o.ended_at is distinct from n.ended_at then -o.duration_seconds end)::private.call_change]) version
    where (n.assistant_id, n.called_at, n.started_at, n.ended_at, n.status = 'ended', n.outcome, n.duration_seconds, n.cost, n.is_success,
        case when n.status = 'ended' then n.ended_reason end)
      is distinct from (o.assistant_id, o.called_at, o.started_at, o.ended_at, o.status = 'ended', o.outcome, o.duration_seconds, o.cost,
        o.is_success, case when o.status = 'ended' then o.ended_reason end)
    group by n.user_id order by n.user_id;
  else
    -- Nobody needs the ledger and the analytics of an account that is gone or going, and most calls are deleted with theirs.
    open v_accounts for select array_agg((-1, id, user_id, assistant_id, called_at, started_at, status, outcome, ended_reason,
      duration_seconds, cost, is_success, 'call_deleted', ended_at, -duration_seconds)::private.call_change)
    from deleted
    where exists (select from public.profiles p where p.id = user_id and p.account_status <> 'closing')
    group by user_id order by user_id;
  end if;

  loop
    fetch v_accounts into v_changes;
    exit when not found;
    perform private.account_for_calls(v_changes, now());
  end loop;
  close v_accounts;
  return null;
end;
$$;
comment on function private.follow_calls() is 'AFTER a statement on call_logs: hands every change that ledger or analytics can see to both, account by account.';

create trigger call_logs_account_for_new after insert on public.call_logs
  referencing new table as inserted for each statement execute function private.follow_calls();
create trigger call_logs_account_for_changed after update on public.call_logs
  referencing old table as replaced new table as updated for each statement execute function private.follow_calls();
create trigger call_logs_account_for_deleted after delete on public.call_logs
  referencing old table as deleted for each statement execute function private.follow_calls();
