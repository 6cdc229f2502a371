-- A stray carries our tag at VAPI and belongs to no row: it was created, and the answer was lost. The task lists what VAPI has. Which of it is a
-- stray is judged here, and its deletion goes through the queue as every deletion does.
-- No stray lives longer than an hour: twenty minutes from sweep to sweep, ten of grace, and time for the deletion to be tried again.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('stray_grace', '"10 minutes"', 'interval', '6 minutes', '7 days', 'How long what VAPI made is left to the worker that asked for it. Must exceed a worker''s lease of 5 minutes.');

create function private.sweep_vapi_strays(p_assistants jsonb, p_numbers jsonb, p_now timestamptz) returns integer
language sql security definer set search_path = '' as $$
  with assistants as (
    select private.enqueue_task('delete_vapi_assistant', found.id, null, p_now)
    from jsonb_to_recordset(p_assistants) as found(id text, tag uuid, created_at timestamptz)
    where found.created_at <= p_now - private.setting_interval('stray_grace')
      and not exists (select from public.assistants where vapi_assistant_id = found.id)
      -- A creation that is still being tried will find and adopt it, also one that replaces what VAPI has lost.
      and not exists (
        select from public.assistants a
        join public.tasks t on t.kind = 'sync_assistant' and t.resource_id = a.id::text
          and t.done_at is null and t.cancelled_at is null and t.dead_at is null
        left join private.vapi_assistants known on known.vapi_assistant_id = a.vapi_assistant_id
        where a.id = found.tag and (a.vapi_assistant_id is null or known.deleted_at is not null))
  ), numbers as (
    select private.enqueue_task('release_phone_number', found.id, null, p_now)
    from jsonb_to_recordset(p_numbers) as found(id text, tag uuid, created_at timestamptz)
    where found.created_at <= p_now - private.setting_interval('stray_grace')
      and not exists (select from public.phone_numbers where vapi_phone_id = found.id and status <> 'released')
      and not exists (
        select from public.phone_numbers n
        join public.tasks t on t.kind = 'confirm_phone_number' and t.resource_id = n.id::text
          and t.done_at is null and t.cancelled_at is null and t.dead_at is null
        where n.id = found.tag and n.vapi_phone_id is null and n.status = 'importing')
  )
  select (select count(*) from assistants)::integer + (select count(*) from numbers)::integer;
$$;
comment on function private.sweep_vapi_strays(jsonb, jsonb, timestamptz) is 'Asks for the deletion of strays that are older than the grace at p_now. Returns how many.';

create function public.sweep_vapi_strays(p_assistants jsonb, p_numbers jsonb) returns integer
language sql security definer set search_path = '' as $$
  select private.sweep_vapi_strays(p_assistants, p_numbers, now());
$$;
comment on function public.sweep_vapi_strays(jsonb, jsonb) is
  'For the task of that name: of what VAPI has with our tag, [{id, tag, created_at}], asks for the deletion of what belongs to nothing '
  'and is no longer in the making. Returns how many.';

grant execute on function public.sweep_vapi_strays(jsonb, jsonb) to service_role;

-- The other way round, VAPI may not list what a row says it has. Somebody may have deleted it there. A list may also lack what is there, or what
-- was made since, so a task of its own looks at each, and only VAPI's 404 counts.
create function private.doubt_what_vapi_lacks(p_assistants text[], p_numbers text[], p_now timestamptz) returns integer
language sql security definer set search_path = '' as $$
  with lacking_assistants as (
    select a.id from public.assistants a
    where a.provisioning = 'ready' and not exists (select from unnest(p_assistants) listed where listed = a.vapi_assistant_id)
    order by a.user_id, a.id limit 500
    for no key update skip locked
  ), doubted as (
    update public.assistants a set provisioning = 'pending' from lacking_assistants lacking where a.id = lacking.id
    returning a.id, a.user_id
  ), lacking_numbers as (
    select n.id, n.user_id from public.phone_numbers n
    where n.status = 'active' and not exists (select from unnest(p_numbers) listed where listed = n.vapi_phone_id)
    order by n.user_id, n.id limit 500
  ), asked as (
    select private.enqueue_task('sync_assistant', id::text, user_id, p_now) from doubted
    union all
    select private.enqueue_task('confirm_phone_number', id::text, user_id, p_now) from lacking_numbers
  )
  select count(*)::integer from asked;
$$;
comment on function private.doubt_what_vapi_lacks(text[], text[], timestamptz) is 'Enqueues at p_now a look at each assistant and number that VAPI should list and does not. Returns how many.';

create function public.doubt_what_vapi_lacks(p_assistants text[], p_numbers text[]) returns integer
language sql security definer set search_path = '' as $$
  select private.doubt_what_vapi_lacks(p_assistants, p_numbers, now());
$$;
comment on function public.doubt_what_vapi_lacks(text[], text[]) is
  'For the task that lists what VAPI has, with all of VAPI''s ids: has those assistants and numbers looked at that should be among them. '
  'An assistant that is gone is created again; a number that is gone fails. Returns how many are looked at.';

grant execute on function public.doubt_what_vapi_lacks(text[], text[]) to service_role;

create function private.request_stray_sweep(p_now timestamptz) returns integer
language sql set search_path = '' as $$
  select count(private.enqueue_task('sweep_vapi_strays', 'vapi', null, p_now))::integer;
$$;
comment on function private.request_stray_sweep(timestamptz) is 'Job: asks for a look at what VAPI has and nobody owns.';

select private.schedule_job('request_stray_sweep', '11,31,51 * * * *', 'private.request_stray_sweep', 'asks for VAPI to be swept of strays');
