-- A user may have his account deleted: the wish can be taken back for a while, then the purge takes it.
alter table public.profiles add column deletion_requested_at timestamptz;
comment on column public.profiles.deletion_requested_at is 'When the owner asked for the deletion of his account; null when he did not, or took it back.';
create index profiles_deletion_requested_idx on public.profiles (deletion_requested_at) where deletion_requested_at is not null;

create function private.request_account_deletion() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_profile public.profiles;
begin
  perform private.lock_user_limits(auth.uid(), now());
  select * into v_profile from public.profiles where id = auth.uid() for no key update;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  elsif v_profile.account_status = 'closing' then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  elsif private.is_last_admin(v_profile.id) then
    perform private.refuse(409, 'last_admin', 'The last admin has to stay an admin.');
  elsif v_profile.deletion_requested_at is null then
    update public.profiles set deletion_requested_at = now() where id = v_profile.id returning * into v_profile;
    perform private.log_usage(v_profile.id, 'deletion_requested', 'profile', v_profile.id);
    perform private.notify(v_profile.id, 'deletion_requested', v_profile.id);
  end if;
  return jsonb_build_object('deletion_requested_at', v_profile.deletion_requested_at,
    'deleted_after', v_profile.deletion_requested_at + private.setting_interval('deletion_revocable_for'));
end;
$$;
comment on function private.request_account_deletion() is 'Body of public.request_account_deletion.';

create function private.is_last_admin(p_user_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from public.profiles where id = p_user_id and role = 'admin')
    and not exists (
      select from public.profiles
      where role = 'admin' and account_status not in ('suspended', 'closing') and id <> p_user_id);
$$;
comment on function private.is_last_admin(uuid) is 'Whether there is no other admin who can act.';

create function private.cancel_account_deletion() returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_user_limits(auth.uid(), now());
  if exists (select from public.profiles where id = auth.uid() and account_status = 'closing') then
    perform private.refuse(409, 'account_closing', 'The account is being closed.');
  end if;
  update public.profiles set deletion_requested_at = null where id = auth.uid() and deletion_requested_at is not null;
  if found then
    perform private.log_usage(auth.uid(), 'deletion_cancelled', 'profile', auth.uid());
  end if;
end;
$$;
comment on function private.cancel_account_deletion() is 'Body of public.cancel_account_deletion.';

create function public.request_account_deletion() returns jsonb
language sql set search_path = '' as $$
  select private.request_account_deletion();
$$;
comment on function public.request_account_deletion() is
  'Asks for the deletion of the caller''s account: {deletion_requested_at, deleted_after}. Asking again changes nothing. 409 account_closing, 409 last_admin.';

create function public.cancel_account_deletion() returns void
language sql set search_path = '' as $$
  select private.cancel_account_deletion();
$$;
comment on function public.cancel_account_deletion() is 'Takes the wish back while the account is not closing: 409 account_closing. Without a wish nothing happens.';

grant execute on function private.request_account_deletion(), private.cancel_account_deletion(),
  public.request_account_deletion(), public.cancel_account_deletion() to authenticated;
