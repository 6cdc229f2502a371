create function private.note_deletion_wish(p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  perform private.lock_user_limits(p_user_id, now());
  select * into v_profile from public.profiles where id = p_user_id for no key update;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  elsif v_profile.account_status = 'closing' then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  elsif v_profile.account_status = 'suspended' and not private.is_admin() then
    perform private.refuse(403, 'account_suspended', 'The account is suspended.');
  end if;
  perform private.keep_last_admin(p_user_id);
  if v_profile.deletion_requested_at is null then
    perform private.take_rate(auth.uid(), 'deletion_requests', now());
    update public.profiles set deletion_requested_at = now() where id = p_user_id returning * into v_profile;
    perform private.log_usage(p_user_id, 'deletion_requested', 'profile', p_user_id);
    perform private.notify(p_user_id, 'deletion_requested', p_user_id);
  end if;
  return jsonb_build_object('deletion_requested_at', v_profile.deletion_requested_at,
    'deleted_after', v_profile.deletion_requested_at + private.setting_interval('deletion_revocable_for'));
end;
$$;
comment on function private.note_deletion_wish(uuid) is
  'The wish to have an account deleted: {deletion_requested_at, deleted_after}. While it is suspended only an admin may utter it.';

create function private.drop_deletion_wish(p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_user_limits(p_user_id, now());
  if exists (select from public.profiles where id = p_user_id and account_status = 'closing') then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;
  update public.profiles set deletion_requested_at = null where id = p_user_id and deletion_requested_at is not null;
  if found then
    perform private.log_usage(p_user_id, 'deletion_cancelled', 'profile', p_user_id);
  end if;
end;
$$;
comment on function private.drop_deletion_wish(uuid) is 'Takes the wish back, as long as the account is not closing. Without a wish nothing happens.';

create function private.request_account_deletion() returns jsonb
language sql security definer set search_path = '' as $$
  select private.note_deletion_wish(auth.uid());
$$;
comment on function private.request_account_deletion() is 'Asks for the deletion of the caller''s account, as its owner.';

create function private.cancel_account_deletion() returns void
language sql security definer set search_path = '' as $$
  select private.drop_deletion_wish(auth.uid());
$$;
comment on function private.cancel_account_deletion() is 'Takes back the caller''s wish to have their account deleted.';

create function private.admin_request_account_deletion(p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_wish jsonb;
begin
  perform private.require_admin();
  v_wish := private.note_deletion_wish(p_user_id);
  perform private.record_admin_action('request_account_deletion', '{}', p_user_id);
  return v_wish;
end;
$$;
comment on function private.admin_request_account_deletion(uuid) is 'Asks for the deletion of an account, if the caller is an admin.';

create function private.admin_cancel_account_deletion(p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_admin();
  perform private.drop_deletion_wish(p_user_id);
  perform private.record_admin_action('cancel_account_deletion', '{}', p_user_id);
end;
$$;
comment on function private.admin_cancel_account_deletion(uuid) is 'Takes back the wish to have an account deleted, if the caller is an admin.';

create function public.request_account_deletion() returns jsonb
language sql set search_path = '' as $$
  select private.request_account_deletion();
$$;
comment on function public.request_account_deletion() is
  'Asks for the deletion of the caller''s account: {deletion_requested_at, deleted_after}. Asking again changes nothing. '
  '403 account_suspended, 409 account_closing, 409 last_admin, 429 rate_limited.';

create function public.cancel_account_deletion() returns void
language sql set search_path = '' as $$
  select private.cancel_account_deletion();
$$;
comment on function public.cancel_account_deletion() is 'Takes the wish back while the account is not closing: 409 account_closing. Without a wish nothing happens.';

create function public.admin_request_account_deletion(p_user_id uuid) returns jsonb
language sql set search_path = '' as $$
  select private.admin_request_account_deletion(p_user_id);
$$;
comment on function public.admin_request_account_deletion(uuid) is
  'Asks for the deletion of an account as an admin, also of a suspended one: {deletion_requested_at, deleted_after}. '
  'The owner is told. 403 admin_only, 404 account_not_found, 409 account_closing, 409 last_admin.';

create function public.admin_cancel_account_deletion(p_user_id uuid) returns void
language sql set search_path = '' as $$
  select private.admin_cancel_account_deletion(p_user_id);
$$;
comment on function public.admin_cancel_account_deletion(uuid) is
  'Takes an account''s wish back as an admin: 403 admin_only, 409 account_closing. Without a wish nothing happens.';

grant execute on function private.request_account_deletion(), private.cancel_account_deletion(),
  private.admin_request_account_deletion(uuid), private.admin_cancel_account_deletion(uuid),
  public.request_account_deletion(), public.cancel_account_deletion(),
  public.admin_request_account_deletion(uuid), public.admin_cancel_account_deletion(uuid) to authenticated;
