create function private.purge_calls(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.call_logs where id in (
    select id from public.call_logs where user_id = p_user_id limit private.setting_integer('purge_batch'));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.purge_calls(uuid) is 'One batch of a closing account''s calls; their events lose their content with them.';

create function private.count_calls(p_user_id uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from public.call_logs where user_id = p_user_id;
$$;
comment on function private.count_calls(uuid) is 'How many calls an account has.';

create function private.voice_outside_resources(p_user_id uuid) returns table (kind text, resource_id text)
language sql stable security definer set search_path = '' as $$
  select 'delete_vapi_assistant', vapi_assistant_id from private.vapi_assistants
  where user_id = p_user_id and deleted_at is null
  union all
  select 'release_phone_number', vapi_phone_id from public.phone_numbers
  where user_id = p_user_id and vapi_phone_id is not null and status <> 'released';
$$;
comment on function private.voice_outside_resources(uuid) is 'Every assistant that VAPI may still have for a user, also of deleted rows, and every number.';

create view private.exported_assistants with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(a) - array['user_id', 'vapi_assistant_id', 'revision'] as data
  from public.assistants a;

create view private.exported_assistant_names with (security_invoker = true) as
  select user_id as person, vapi_assistant_id, to_jsonb(a) - array['user_id', 'vapi_assistant_id'] as data
  from private.vapi_assistants a;

create view private.exported_phone_numbers with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(n) - array['user_id', 'vapi_phone_id'] as data
  from public.phone_numbers n;

create view private.exported_calls with (security_invoker = true) as
  select user_id as person, called_at, id, to_jsonb(c) - array['user_id', 'vapi_call_id', 'recording_url'] as data
  from public.call_logs c;
comment on view private.exported_assistants is 'Assistants of a user.';
comment on view private.exported_assistant_names is 'Names of a user''s assistants, also of those that are deleted.';
comment on view private.exported_phone_numbers is 'Numbers of a user.';
comment on view private.exported_calls is
  'Calls of a user, with transcripts; recordings are fetched call by call. called_at settles when the call connects, which is the one key that moves.';

insert into private.export_sections (domain, section, view_name) values
  ('voice', 'assistants', 'private.exported_assistants'),
  ('voice', 'assistant_names', 'private.exported_assistant_names'),
  ('voice', 'phone_numbers', 'private.exported_phone_numbers'),
  ('voice', 'calls', 'private.exported_calls');

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('outside_resources', 20, 'voice', 'private.voice_outside_resources'),
  ('facts_to_purge', 20, 'voice', 'private.count_calls'),
  ('before_purge', 20, 'voice', 'private.purge_calls');

insert into private.removal_task_kinds (kind) values ('delete_vapi_assistant'), ('release_phone_number');

-- An admin sees how much an account calls, and nothing of what is said.
create function private.voice_overview(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('voice', jsonb_build_object(
    'assistants', (select count(*) from public.assistants where user_id = p_user_id),
    'phone_numbers', (select count(*) from public.phone_numbers where user_id = p_user_id and status <> 'released'),
    'calls', coalesce(sum(calls), 0), 'failed_calls', coalesce(sum(failed_calls), 0),
    'duration_seconds', coalesce(sum(duration_seconds), 0), 'cost', coalesce(sum(cost), 0)))
  from public.call_analytics_days
  where user_id = p_user_id and day > (now() at time zone 'UTC')::date - 30;
$$;
comment on function private.voice_overview(uuid) is 'Assistants and numbers of an account, and what its calls of the last 30 days add up to.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('account_overview', 20, 'voice', 'private.voice_overview');
