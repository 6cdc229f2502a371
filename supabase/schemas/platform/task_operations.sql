-- What the purge and an operator do with tasks.
create function private.cancel_tasks(p_user_id uuid, p_kinds text[], p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_running integer;
begin
  update public.tasks
  set cancelled_at = p_now, lease_token = null, leased_version = null, leased_until = null
  where user_id = p_user_id and done_at is null and cancelled_at is null and dead_at is null
    and (p_kinds is null or kind = any (p_kinds))
    and (leased_until is null or leased_until <= p_now);
  select count(*) into v_running
  from public.tasks
  where user_id = p_user_id and done_at is null and cancelled_at is null and dead_at is null
    and (p_kinds is null or kind = any (p_kinds));
  return v_running;
end;
$$;
comment on function private.cancel_tasks(uuid, text[], timestamptz) is
  'Cancels a user''s open tasks, of the given kinds or (null) of all. Returns how many are with a worker right now: wait for these and call again until it is 0.';

create function private.count_user_tasks(p_user_id uuid, out open_tasks integer, out dead_tasks integer)
language sql stable set search_path = '' as $$
  select count(*) filter (where dead_at is null), count(*) filter (where dead_at is not null)
  from public.tasks
  where user_id = p_user_id and done_at is null and cancelled_at is null;
$$;
comment on function private.count_user_tasks(uuid) is 'How many tasks of a user are still to be done, and how many were given up.';

create function private.retry_task(p_task_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_task public.tasks;
begin
  perform private.require_operator();
  select * into v_task from public.tasks where id = p_task_id and dead_at is not null for update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such dead task.');
  end if;
  perform private.record_admin_action('retry_task',
    jsonb_build_object('task_id', p_task_id, 'kind', v_task.kind, 'resource_id', v_task.resource_id), p_task_id);
  update public.tasks set dead_at = null, cancelled_at = now() where id = p_task_id;
  return private.enqueue_task(v_task.kind, v_task.resource_id, v_task.user_id, now());
end;
$$;
comment on function private.retry_task(uuid) is 'Cancels a dead task and asks for the same work again, if the caller is an operator. Returns the id of the open task.';

grant execute on function private.retry_task(uuid) to authenticated, service_role;

create function public.retry_task(p_task_id uuid) returns uuid
language sql security invoker set search_path = '' as $$
  select private.retry_task(p_task_id);
$$;
comment on function public.retry_task(uuid) is
  'For admins and the server: asks again for what a dead task was to do. Returns the id of the open task. Errors: forbidden, not_found.';

grant execute on function public.retry_task(uuid) to authenticated, service_role;
