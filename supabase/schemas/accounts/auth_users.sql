-- A user of auth gets a profile and limits in the same transaction: without them the sign-up fails.
-- The client or its identity provider chooses the metadata. Only name and picture are taken from it, as far as a profile may
-- hold them; a role never is.
create function private.create_account() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, email, full_name, avatar_url, demo_expires_at)
  select new.id, new.email, nullif(btrim(left(btrim(metadata.full_name), 200)), ''),
    case when metadata.avatar_url ~ '^https://[^\s]+$' and char_length(metadata.avatar_url) <= 2048 then metadata.avatar_url end,
    now() + private.setting_interval('demo_length')
  from (select new.raw_user_meta_data ->> 'full_name' as full_name, new.raw_user_meta_data ->> 'avatar_url' as avatar_url) metadata;

  perform private.create_limits(new.id, 'free');
  perform private.log_usage(new.id, 'account_created', 'profile', new.id);
  return null;
end;
$$;
comment on function private.create_account() is 'AFTER INSERT on auth.users: profile, limits and the first log row.';

create function private.follow_email() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.profiles set email = new.email where id = new.id;
  return null;
end;
$$;
comment on function private.follow_email() is 'AFTER UPDATE OF email on auth.users: keeps profiles.email in step.';

-- Deleting a user reaches their limits after their profile, and whoever holds the limits waits for the profile. So the limits are
-- locked first here too, and then what the domains lock.
create function private.prepare_user_deletion() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.user_limits where user_id = old.id for update;
  perform private.run_hooks('before_user_deletion', old.id);
  return old;
end;
$$;
comment on function private.prepare_user_deletion() is
  'BEFORE DELETE on auth.users: locks in the order of all writers, then lets the domains delete what no foreign key reaches.';

create trigger users_prepare_deletion before delete on auth.users
  for each row execute function private.prepare_user_deletion();

create trigger users_create_account after insert on auth.users
  for each row execute function private.create_account();

create trigger users_follow_email after update of email on auth.users
  for each row when (old.email is distinct from new.email) execute function private.follow_email();
