-- The lock of the account orders writers among themselves and with the job that cuts the days anew. The zone is read under it.
create function private.analytics_calendar(p_user_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_zone text;
begin
  select c.time_zone into v_zone
  from private.analytics_calendars c join public.profiles p on p.id = c.user_id
  where c.user_id = p_user_id and p.account_status <> 'closing';
  if not found then
    -- This is the first call. Nobody needs the analytics of an account that is gone or going. The profile is locked, so that a change of its
    -- zone either ends before this or finds this calendar.
    insert into private.analytics_calendars (user_id, time_zone)
    select id, time_zone from public.profiles where id = p_user_id and account_status <> 'closing'
    for no key update
    returning time_zone into v_zone;
  end if;
  return v_zone;
end;
$$;
comment on function private.analytics_calendar(uuid) is
  'The zone that an account''s days are cut in, null for an account that is gone or closing. The caller holds the lock of its limits.';

create function private.lock_analytics(p_user_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.user_limits where user_id = p_user_id for no key update;
  -- This is a statement of its own, so that it sees what the holder before has committed.
  return private.analytics_calendar(p_user_id);
end;
$$;
comment on function private.lock_analytics(uuid) is
  'Locks an account''s limits and returns the zone that its days are cut in; null for an account that is gone or closing.';
