-- The steps of a closing account, one per tick. Nothing is deleted while something outside still has to be removed.
create function private.clear_outside(p_closure private.account_closures, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_running integer;
  v_open integer;
  v_abandoned jsonb;
begin
  -- Tasks that would still create something outside are cancelled first. A worker that runs one ends before anything is listed.
  v_running := private.cancel_tasks(p_closure.user_id, array(
    select distinct t.kind from public.tasks t
    where t.user_id = p_closure.user_id and t.done_at is null and t.cancelled_at is null and t.dead_at is null
      and not exists (select from private.removal_task_kinds k where k.kind = t.kind)), p_now);
  if v_running > 0 then
    return false;
  end if;
  if p_closure.outside_requested_at is null then
    perform private.enqueue_task(kind, resource_id, p_closure.user_id, p_now) from private.outside_resources(p_closure.user_id);
    update private.account_closures
    set outside_requested_at = p_now,
        outside_tasks = (
          select count(*) from public.tasks t join private.removal_task_kinds k on k.kind = t.kind
          where t.user_id = p_closure.user_id and t.done_at is null and t.cancelled_at is null and t.dead_at is null)
    where id = p_closure.id
    returning * into p_closure;
  end if;
  select count(*) filter (where t.dead_at is null),
    coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'resource_id', t.resource_id)) filter (where t.dead_at is not null), '[]')
  into v_open, v_abandoned
  from public.tasks t join private.removal_task_kinds k on k.kind = t.kind
  where t.user_id = p_closure.user_id and t.done_at is null and t.cancelled_at is null
    and (t.dead_at is null or t.dead_at >= p_closure.outside_requested_at);
  if v_open > 0
    or v_abandoned <> '[]' and p_now < p_closure.outside_requested_at + private.setting_interval('purge_task_patience')
  then
    return false;
  end if;
  update private.account_closures set abandoned_tasks = v_abandoned where id = p_closure.id;
  return true;
end;
$$;
comment on function private.clear_outside(private.account_closures, timestamptz) is
  'Cancels what a closing account still wants outside, asks for everything there to be taken away, and says whether it is. '
  'A clean-up that died is waited for as long as the setting purge_task_patience says, then recorded and left.';

create function private.delete_facts(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_function text;
  v_rows integer;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'before_purge' order by place loop
    execute format('select %s($1)', v_function) into v_rows using p_user_id;
    if v_rows > 0 then
      return v_rows;
    end if;
  end loop;
  return 0;
end;
$$;
comment on function private.delete_facts(uuid) is 'One bounded batch of one domain''s facts of a closing account; 0 when no domain has any left.';

create function private.advance_closure(p_closure private.account_closures, p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_rows integer;
begin
  perform private.lock_user_limits(p_closure.user_id, p_now);
  update private.account_closures set advanced_at = p_now, last_error = null where id = p_closure.id;
  if not private.clear_outside(p_closure, p_now) then
    return 0;
  end if;
  v_rows := private.delete_facts(p_closure.user_id);
  if v_rows = 0 then
    delete from auth.users where id = p_closure.user_id;
    v_rows := 1;
    update private.account_closures set completed_at = p_now where id = p_closure.id;
  end if;
  update private.account_closures set rows_deleted = rows_deleted + v_rows where id = p_closure.id;
  return v_rows;
end;
$$;
comment on function private.advance_closure(private.account_closures, timestamptz) is
  'The next step of a closing account. Returns the rows it deleted; 0 while it waits for something outside.';

-- Each account has a subtransaction of its own, so an account that cannot be closed or taken further holds up nobody else.
create function private.try_to_close_account(p_user_id uuid, p_reason private.closure_reason, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  return private.close_account(p_user_id, p_reason, p_now);
exception when query_canceled or others then
  raise warning 'account % cannot be closed: % %', p_user_id, sqlstate, sqlerrm;
  return false;
end;
$$;
comment on function private.try_to_close_account(uuid, private.closure_reason, timestamptz) is
  'close_account, whose error is a warning in the log of Postgres; the job tries again.';

create function private.try_to_advance_closure(p_closure private.account_closures, p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_message text;
  v_context text;
begin
  return private.advance_closure(p_closure, p_now);
exception when query_canceled or others then
  get stacked diagnostics v_message = message_text, v_context = pg_exception_context;
  update private.account_closures
  set advanced_at = p_now, last_error = private.describe_error(sqlstate, v_message, v_context)
  where id = p_closure.id;
  return 0;
end;
$$;
comment on function private.try_to_advance_closure(private.account_closures, timestamptz) is
  'advance_closure, whose error is kept in last_error; the account goes to the end of the queue.';

create function private.purge_accounts(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_accounts constant integer := 20;
  v_account record;
  v_closure private.account_closures;
  v_count integer := 0;
  v_rows integer := 0;
begin
  for v_account in
    select d.user_id, d.reason
    from private.accounts_to_close(p_now) d
    join public.user_limits l on l.user_id = d.user_id join public.profiles p on p.id = d.user_id
    order by d.due_at limit c_accounts
    for no key update of l, p skip locked
  loop
    if private.try_to_close_account(v_account.user_id, v_account.reason, p_now) then
      v_count := v_count + 1;
    end if;
  end loop;

  for v_closure in
    select * from private.account_closures where completed_at is null
    order by advanced_at, started_at limit c_accounts
    for update skip locked
  loop
    -- Other accounts are locked by now, so an account that somebody holds or is deleting is passed over. An account that is gone is not.
    perform from public.user_limits l join auth.users u on u.id = l.user_id
    where l.user_id = v_closure.user_id for update skip locked;
    continue when not found and exists (select from public.user_limits where user_id = v_closure.user_id);
    v_rows := v_rows + private.try_to_advance_closure(v_closure, p_now);
    exit when v_rows >= private.setting_integer('purge_batch');
  end loop;
  return v_count + v_rows;
end;
$$;
comment on function private.purge_accounts(timestamptz) is
  'Job: begins to close the accounts whose time has come, and takes each closing one a bounded step further.';

select private.schedule_job('purge_accounts', '* * * * *', 'private.purge_accounts', 'closes accounts step by step');

-- The log is deleted in batches before the account and not together with it. Its guard allows this for a closing account.
create function private.purge_account_facts(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.usage_logs where id in (
    select id from public.usage_logs where user_id = p_user_id limit private.setting_integer('purge_batch'));
  get diagnostics v_count = row_count;
  if v_count = 0 then
    delete from public.notifications where id in (
      select id from public.notifications where user_id = p_user_id limit private.setting_integer('purge_batch'));
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end;
$$;
comment on function private.purge_account_facts(uuid) is 'One batch of a closing account''s log, then of its notifications.';

-- The log comes last, because it accounts for what the other domains delete.
insert into private.domain_hooks (hook, place, domain, function_name) values
  ('before_purge', 90, 'accounts', 'private.purge_account_facts');
