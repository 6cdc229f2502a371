-- One way to refuse: PostgREST turns SQLSTATE PTxyz into HTTP status xyz.
-- hint = our stable code, message = the sentence, detail = JSON for the client.
create function private.refuse(p_status integer, p_code text, p_message text, p_details jsonb default null)
returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using
    errcode = 'PT' || p_status,
    message = p_message,
    hint = p_code,
    detail = coalesce(p_details::text, '');
end;
$$;
comment on function private.refuse(integer, text, text, jsonb) is
  'Raises a refusal with an HTTP status, a stable code, a sentence and optional JSON details.';

-- The same with a response header, which PostgREST takes from SQLSTATE PGRST only.
create function private.refuse_until(p_status integer, p_code text, p_message text, p_retry_after_seconds integer)
returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using
    errcode = 'PGRST',
    message = json_build_object('code', 'PT' || p_status, 'message', p_message, 'hint', p_code,
      'details', json_build_object('retry_after_seconds', p_retry_after_seconds)::text)::text,
    detail = json_build_object('status', p_status,
      'headers', json_build_object('Retry-After', p_retry_after_seconds::text))::text;
end;
$$;
comment on function private.refuse_until(integer, text, text, integer) is
  'Raises a refusal that carries a Retry-After header of so many seconds.';

grant execute on function private.refuse(integer, text, text, jsonb) to anon, authenticated, service_role;
grant execute on function private.refuse_until(integer, text, text, integer) to anon, authenticated, service_role;
