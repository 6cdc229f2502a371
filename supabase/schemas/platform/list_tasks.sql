-- The queue, page by page: what is open by when it is due, what was given up and what has ended by when, the newest first.
create function private.describe_task(p_task public.tasks, p_at timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_task.id, 'kind', p_task.kind, 'resource_id', p_task.resource_id, 'user_id', p_task.user_id,
    'state', case when p_task.dead_at is not null then 'dead' when p_task.done_at is not null then 'done'
      when p_task.cancelled_at is not null then 'cancelled' when p_task.leased_until > now() then 'running'
      when p_task.run_after <= now() then 'due' else 'waiting' end,
    'attempts', p_task.attempts, 'last_error', p_task.last_error, 'created_at', p_task.created_at, 'run_after', p_task.run_after,
    'leased_until', p_task.leased_until, 'at', p_at);
$$;
comment on function private.describe_task(public.tasks, timestamptz) is 'A task as a list shows it; at is the time that the list is ordered by.';

create function private.list_tasks(
  p_state public.task_state, p_kind text, p_q text, p_after_at timestamptz, p_after_id uuid, p_limit integer
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_size constant integer := private.page_size(p_limit);
  c_most constant integer := private.setting_integer('list_page_scan');
  c_is_open constant boolean := p_state = 'open';
  c_time constant text := case p_state when 'open' then 'run_after' when 'ended' then 'coalesce(done_at, cancelled_at)' else 'dead_at' end;
  c_condition constant text := case p_state when 'open' then 'done_at is null and cancelled_at is null and dead_at is null'
    when 'ended' then '(done_at is not null or cancelled_at is not null)' else 'dead_at is not null' end;
  v_task public.tasks;
  v_at timestamptz;
  v_tasks jsonb[] := array[]::jsonb[];
  v_seen integer := 0;
begin
  perform private.require_operator();
  for v_task in execute format('select * from public.tasks where %s and (%s, id) %s ($1, $2) order by %2$s %4$s, id %4$s limit $3',
    c_condition, c_time, case when c_is_open then '>' else '<' end, case when c_is_open then 'asc' else 'desc' end)
    using coalesce(p_after_at, case when c_is_open then '-infinity' else 'infinity' end::timestamptz),
      coalesce(p_after_id, case when c_is_open then '00000000-0000-0000-0000-000000000000' else 'ffffffff-ffff-ffff-ffff-ffffffffffff' end::uuid), c_most
  loop
    v_seen := v_seen + 1;
    v_at := case when c_is_open then v_task.run_after else coalesce(v_task.dead_at, v_task.done_at, v_task.cancelled_at) end;
    if (p_kind is null or v_task.kind = p_kind)
      and private.says(p_q, v_task.id::text, v_task.kind, v_task.resource_id, v_task.user_id::text, v_task.last_error)
    then
      v_tasks := v_tasks || private.describe_task(v_task, v_at);
    end if;
    exit when cardinality(v_tasks) = c_size;
  end loop;
  return jsonb_build_object('tasks', to_jsonb(v_tasks), 'next',
    case when cardinality(v_tasks) = c_size or v_seen = c_most then jsonb_build_object('at', v_at, 'id', v_task.id) end);
end;
$$;
comment on function private.list_tasks(public.task_state, text, text, timestamptz, uuid, integer) is 'A page of the queue, if the caller is an operator.';

create function public.list_tasks(
  p_state public.task_state default 'dead', p_kind text default null, p_q text default null,
  p_after_at timestamptz default null, p_after_id uuid default null, p_limit integer default 50
) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.list_tasks(p_state, p_kind, p_q, p_after_at, p_after_id, p_limit);
$$;
comment on function public.list_tasks(public.task_state, text, text, timestamptz, uuid, integer) is
  'For admins and the server: {tasks, next}. Open ones by when they are due, the oldest first; dead and ended ones the newest first. p_q is sought in resource, user, '
  'error and ids. A page may be short: go on after next until it is null. Error: forbidden.';

grant execute on function private.list_tasks(public.task_state, text, text, timestamptz, uuid, integer),
  public.list_tasks(public.task_state, text, text, timestamptz, uuid, integer) to authenticated, service_role;
