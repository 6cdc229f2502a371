-- Records what the worker reports. An assistant that was deleted while VAPI was creating it must not stay there.
create function public.record_assistant_provisioned(p_assistant_id uuid, p_vapi_assistant_id text, p_revision integer)
returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  -- The limits are locked before the row: the deletion of a user locks the row after the profile, to which the memory of VAPI's id refers.
  perform private.lock_user_limits(user_id, now()) from public.assistants where id = p_assistant_id;
  update public.assistants
  set vapi_assistant_id = p_vapi_assistant_id,
      provisioning = case when revision = p_revision then 'ready' else provisioning end,
      provisioning_error = case when revision = p_revision then null else provisioning_error end
  where id = p_assistant_id;
  if found then
    -- It may have been taken for lost at VAPI.
    update private.vapi_assistants set deleted_at = null where vapi_assistant_id = p_vapi_assistant_id and deleted_at is not null;
    return true;
  end if;
  perform private.enqueue_task('delete_vapi_assistant', p_vapi_assistant_id);
  return false;
end;
$$;
comment on function public.record_assistant_provisioned(uuid, text, integer) is
  'For the provisioning task: VAPI has the assistant as it was at that revision. False when the row is gone: its deletion at VAPI is enqueued.';

create function public.record_assistant_refused(p_assistant_id uuid, p_error text, p_revision integer) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.assistants set provisioning = 'failed', provisioning_error = left(p_error, 500)
  where id = p_assistant_id and revision = p_revision;
  return found;
end;
$$;
comment on function public.record_assistant_refused(uuid, text, integer) is
  'For the provisioning task: VAPI refused the edit of that revision. False when there is a newer edit or no row.';

-- No assistant must stay pending for a task that was given up. An assistant that is locked right now is being edited or deleted. The edit asks
-- anew, and waiting for it here would be a deadlock, because it waits for the task that is locked here.
create function private.fail_assistant_of_dead_task(p_task public.tasks) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_task.kind = 'sync_assistant' then
    update public.assistants set provisioning = 'failed', provisioning_error = 'provider_unavailable'
    where id in (
      select id from public.assistants where id::text = p_task.resource_id and user_id = p_task.user_id and provisioning = 'pending'
      for no key update skip locked);
  end if;
end;
$$;
comment on function private.fail_assistant_of_dead_task(public.tasks) is
  'Marks the assistant of a provisioning task that was given up. The details are for operators, in tasks.last_error.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('task_died', 20, 'voice', 'private.fail_assistant_of_dead_task');

create function public.record_vapi_assistant_deleted(p_vapi_assistant_id text) returns void
language sql security definer set search_path = '' as $$
  update private.vapi_assistants set deleted_at = now() where vapi_assistant_id = p_vapi_assistant_id;
$$;
comment on function public.record_vapi_assistant_deleted(text) is 'For the deletion task: VAPI confirmed that the assistant is gone (200 or 404).';

grant execute on function public.record_assistant_provisioned(uuid, text, integer),
  public.record_assistant_refused(uuid, text, integer), public.record_vapi_assistant_deleted(text) to service_role;
