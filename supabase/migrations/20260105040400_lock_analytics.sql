-- The lock of the account orders writers with each other and with whoever cuts the days anew; the zone is read under it.
create function private.analytics_calendar(p_user_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_owner record;
begin
  select p.time_zone as profile_zone, p.account_status, c.time_zone into v_owner
  from public.profiles p left join private.analytics_calendars c on c.user_id = p.id
  where p.id = p_user_id;
  -- Nobody needs the analytics of an account that is gone or going.
  if not found or v_owner.account_status = 'closing' then
    return null;
  end if;
  if v_owner.time_zone is null then
    insert into private.analytics_calendars (user_id, time_zone) values (p_user_id, v_owner.profile_zone);
    return v_owner.profile_zone;
  end if;
  return v_owner.time_zone;
end;
$$;
comment on function private.analytics_calendar(uuid) is
  'The zone that an account''s days are cut in, null for an account that is gone or closing. Under the lock of its limits.';

create function private.lock_analytics(p_user_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.user_limits where user_id = p_user_id for no key update;
  -- A statement of its own, so that it sees what the holder before committed.
  return private.analytics_calendar(p_user_id);
end;
$$;
comment on function private.lock_analytics(uuid) is
  'Locks an account''s limits and returns the zone that its days are cut in; null for an account that is gone or closing.';
