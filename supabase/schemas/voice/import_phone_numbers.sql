-- Importing a number is the one user request that waits for VAPI: its Twilio secret may be kept nowhere, so no task can do it.
--   begin_number_import makes the row, importing, and a task that settles it in case the function never comes back;
--   finish_number_import is called when VAPI has the number, abandon_number_import when VAPI refused at once, so that nothing stays,
--   and fail_number_import when the task found out later that VAPI does not have it. The second of two calls changes nothing.
insert into private.rate_limits (kind, max_count, per) values ('number_imports', 20, '1 day');

create function public.begin_number_import(
  p_user_id uuid, p_provider public.phone_number_provider, p_phone_number text default null, p_friendly_name text default null,
  p_twilio_account_sid text default null, p_area_code text default null, p_assistant_id uuid default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  perform private.lock_user_limits(p_user_id, now());
  perform private.require_usable_account(p_user_id, now());
  perform private.take_rate(p_user_id, 'number_imports', now());
  -- Only the user's own numbers are compared: whether somebody else has this one is not theirs to know.
  if exists (
    select from public.phone_numbers
    where user_id = p_user_id and phone_number = p_phone_number and status in ('importing', 'active')
  ) then
    perform private.refuse(409, 'number_already_added', 'You have already added this number.');
  end if;
  delete from public.phone_numbers where user_id = p_user_id and phone_number = p_phone_number and status = 'failed';
  insert into public.phone_numbers
    (user_id, provider, phone_number, friendly_name, twilio_account_sid, area_code, assistant_id)
  values (p_user_id, p_provider, p_phone_number, p_friendly_name, p_twilio_account_sid, p_area_code, p_assistant_id)
  returning id into v_id;
  perform private.enqueue_task('confirm_phone_number', v_id::text, p_user_id,
    now() + private.setting_interval('number_import_patience'));
  return v_id;
end;
$$;
comment on function public.begin_number_import(uuid, public.phone_number_provider, text, text, text, text, uuid) is
  'For phone-numbers, with the verified user: makes the row of a number for which VAPI is about to be asked, and returns its id. '
  'Errors: account_expired, account_suspended, account_closing, rate_limited, number_already_added, limit_reached; 23503 for an assistant that is not theirs.';

insert into private.settings (name, value, type, lowest, highest, description) values
  ('number_import_patience', '"1 minute"', 'interval', '10 seconds', '1 hour', 'How long the import of a number is left to the request before a task looks at what became of it.');

create function public.finish_number_import(p_phone_number_id uuid, p_vapi_phone_id text, p_is_active boolean, p_phone_number text default null)
returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_number public.phone_numbers;
begin
  select * into v_number from public.phone_numbers where id = p_phone_number_id for update;
  if v_number.status in ('importing', 'active') and coalesce(v_number.vapi_phone_id, p_vapi_phone_id) = p_vapi_phone_id then
    begin
      update public.phone_numbers
      set vapi_phone_id = p_vapi_phone_id,
          phone_number = coalesce(p_phone_number, phone_number),
          status = case when p_is_active then 'active'::public.phone_number_status else status end,
          error = null
      where id = p_phone_number_id
      returning * into v_number;
      return v_number.status;
    exception when unique_violation then
      update public.phone_numbers set status = 'failed', error = 'number_refused' where id = p_phone_number_id;
    end;
  end if;
  -- Nobody waits for the number any more, so VAPI must not keep it.
  perform private.enqueue_task('release_phone_number', p_vapi_phone_id, v_number.user_id);
  return 'refused';
end;
$$;
comment on function public.finish_number_import(uuid, text, boolean, text) is
  'Records that VAPI has the number. Returns importing (VAPI does not answer it yet), active, or refused: the row is gone or failed, or the number is somebody else''s; its release is enqueued.';

create function public.fail_number_import(p_phone_number_id uuid, p_error text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.phone_numbers set status = 'failed', error = left(p_error, 200)
  where id = p_phone_number_id and status = 'importing' and vapi_phone_id is null;
  return found;
end;
$$;
comment on function public.fail_number_import(uuid, text) is 'Records that VAPI does not have the number and will not get it. p_error is one of our codes. False when the row is gone or settled.';

create function public.abandon_number_import(p_phone_number_id uuid) returns void
language sql security definer set search_path = '' as $$
  delete from public.phone_numbers where id = p_phone_number_id and status = 'importing' and vapi_phone_id is null;
$$;
comment on function public.abandon_number_import(uuid) is
  'Deletes the row when VAPI refused while the user was waiting, who is told. The task still looks whether VAPI has something with its tag.';

grant execute on function
  public.begin_number_import(uuid, public.phone_number_provider, text, text, text, text, uuid),
  public.finish_number_import(uuid, text, boolean, text), public.fail_number_import(uuid, text),
  public.abandon_number_import(uuid)
  to service_role;
