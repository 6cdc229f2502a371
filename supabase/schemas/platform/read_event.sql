-- One event with what an admin needs to understand it: its content as far as they may read it, its tries, what it is about, who replayed it.
create function private.event_subjects(p_event jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_function text;
  v_rows jsonb;
  v_all jsonb := '[]'::jsonb;
begin
  for v_function in select function_name from private.domain_hooks where hook = 'event_subjects' order by place loop
    execute format('select coalesce(jsonb_agg(to_jsonb(s) order by s.kind, s.title, s.id), ''[]'') from %s($1) s', v_function) into v_rows using p_event;
    v_all := v_all || v_rows;
  end loop;
  return v_all;
end;
$$;
comment on function private.event_subjects(jsonb) is 'The rows that a normalised event is about, from all domains: [{kind, id, title, user_id, user_name}].';

create function private.actions_about(p_subject_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'action', action, 'actor_kind', actor_kind, 'actor_id', actor_id,
    'subject_id', subject_id, 'details', details, 'created_at', created_at) order by created_at desc, id desc), '[]')
  from (select * from private.admin_actions where subject_id = p_subject_id order by created_at desc, id desc limit 20) newest;
$$;
comment on function private.actions_about(uuid) is 'The newest 20 entries of the audit log about an event, a task or an account.';

create function private.read_event(p_event_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_event public.webhook_events;
  v_payload jsonb;
begin
  perform private.require_operator();
  select * into v_event from public.webhook_events where id = p_event_id;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such event.');
  end if;
  v_payload := private.json_or_null(v_event.payload);
  return private.describe_event(v_event) || jsonb_build_object(
    'dedupe_key', v_event.dedupe_key, 'request_id', v_event.request_id,
    'tries_left', case when v_event.status in ('received', 'failed') then greatest(0, 1 - v_event.attempts
      + (select jsonb_array_length(value) from private.settings where name = 'retry_after_minutes')) end,
    'is_handled', coalesce((select function_name is not null from private.event_handlers where kind = v_event.event ->> 'kind'), false),
    'is_payload_unreadable', v_payload is null and v_event.payload is not null,
    'payload', private.show_event_content(v_event.provider, v_payload),
    'event', private.show_event_content(v_event.provider, v_event.event),
    'about', private.event_subjects(v_event.event),
    'actions', private.actions_about(p_event_id));
end;
$$;
comment on function private.read_event(uuid) is 'One event of the inbox, if the caller is an operator.';

create function public.read_event(p_event_id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.read_event(p_event_id);
$$;
comment on function public.read_event(uuid) is
  'For admins and the server: an event of the inbox with its content, its tries, what it is about and who replayed it. What was said in a call and who called is hidden. '
  'Errors: forbidden, not_found.';

grant execute on function private.read_event(uuid), public.read_event(uuid) to authenticated, service_role;
