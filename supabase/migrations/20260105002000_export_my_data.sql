-- Everything that is held about a user, for himself. Each domain contributes its part.
create function private.export_account(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'profile', (select to_jsonb(p) from public.profiles p where p.id = p_user_id),
    'limits', (select to_jsonb(l) from public.user_limits l where l.user_id = p_user_id),
    'usage_log', (
      select coalesce(jsonb_agg(to_jsonb(g) - array['user_id', 'actor_id'] order by g.id), '[]')
      from public.usage_logs g where g.user_id = p_user_id),
    'notifications', (
      select coalesce(jsonb_agg(to_jsonb(n) - 'user_id' order by n.created_at), '[]')
      from public.notifications n where n.user_id = p_user_id));
$$;
comment on function private.export_account(uuid) is 'Profile, limits, usage log and notifications of a user; who of the staff acted is not his to know.';

create function private.export_voice(p_user_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'assistants', (
      select coalesce(jsonb_agg(to_jsonb(a) - array['user_id', 'vapi_assistant_id', 'revision'] order by a.created_at), '[]')
      from public.assistants a where a.user_id = p_user_id),
    'phone_numbers', (
      select coalesce(jsonb_agg(to_jsonb(n) - array['user_id', 'vapi_phone_id'] order by n.created_at), '[]')
      from public.phone_numbers n where n.user_id = p_user_id),
    'calls', (
      select coalesce(jsonb_agg(to_jsonb(c) - array['user_id', 'vapi_call_id', 'recording_url'] order by c.called_at), '[]')
      from public.call_logs c where c.user_id = p_user_id));
$$;
comment on function private.export_voice(uuid) is 'Assistants, numbers and calls of a user, with transcripts; recordings are fetched call by call.';

insert into private.domain_hooks (hook, domain, function_name) values
  ('export_data', 'accounts', 'private.export_account'),
  ('export_data', 'voice', 'private.export_voice');

create function private.export_my_data() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_hook record;
  v_part jsonb;
  v_export jsonb := jsonb_build_object('exported_at', now());
begin
  if auth.uid() is null then
    return null;
  end if;
  for v_hook in select domain, function_name from private.domain_hooks where hook = 'export_data' order by domain loop
    execute format('select %s($1)', v_hook.function_name) into v_part using auth.uid();
    v_export := v_export || jsonb_build_object(v_hook.domain, v_part);
  end loop;
  return v_export;
end;
$$;
comment on function private.export_my_data() is 'Body of public.export_my_data.';

create function public.export_my_data() returns jsonb
language sql stable set search_path = '' as $$
  select private.export_my_data();
$$;
comment on function public.export_my_data() is 'Everything that is held about the caller, an object per domain: accounts, classes, support, voice.';
grant execute on function private.export_my_data(), public.export_my_data() to authenticated;
