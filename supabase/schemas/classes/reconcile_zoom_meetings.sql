-- Zoom's record of past participants is written beside what events said. Zoom's number of somebody in a meeting (user_id, here: handle)
-- is the same in events and record, so both meet in one row, whichever comes first. The locks are those of events:
-- class rows → meeting → instance → sessions.
create function private.union_of(p_one text[], p_other text[]) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  if p_other <@ p_one then
    return p_one;
  end if;
  return array(select distinct value from unnest(p_one || p_other) value order by value);
end;
$$;
comment on function private.union_of(text[], text[]) is 'The sorted values of both; the first is sorted already.';

-- A session that an event brings takes over what a report said of its handles before. Least, greatest and "an event's name
-- wins" are what the report itself writes, so the order of both does not matter.
create function private.take_reported_rows(p_instance_id uuid, p_session_key text, p_handles text[]) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_row public.meeting_participants;
  v_is_taken boolean := false;
begin
  -- Nearly never is there one, and to look is cheaper than to delete.
  if p_handles = array[]::text[] or not exists (
    select from unnest(p_handles) handle
    join public.meeting_participants s on s.instance_id = p_instance_id and s.session_key = 'report:' || handle)
  then
    return false;
  end if;
  for v_row in
    delete from public.meeting_participants
    where instance_id = p_instance_id and session_key <> p_session_key
      and session_key = any (array(select 'report:' || handle from unnest(p_handles) handle))
    returning *
  loop
    v_is_taken := true;
    update public.meeting_participants s set
      handles = private.union_of(s.handles, v_row.handles),
      reported_join_time = least(s.reported_join_time, v_row.reported_join_time),
      reported_leave_time = greatest(s.reported_leave_time, v_row.reported_leave_time),
      user_name = case when s.user_name_at > '-infinity' then s.user_name else greatest(s.user_name, v_row.user_name) end,
      user_name_at = greatest(s.user_name_at, v_row.user_name_at),
      user_email = case when s.user_email_at > '-infinity' then s.user_email else greatest(s.user_email, v_row.user_email) end,
      user_email_at = greatest(s.user_email_at, v_row.user_email_at),
      provider_user_id = greatest(s.provider_user_id, v_row.provider_user_id),
      registrant_key = greatest(s.registrant_key, v_row.registrant_key),
      -- A person whom a host has named stays named.
      profile_id = case when v_row.match_confidence = 'assigned' and s.match_confidence <> 'assigned' then v_row.profile_id else s.profile_id end,
      match_confidence = case when v_row.match_confidence = 'assigned' then 'assigned' else s.match_confidence end
    where s.instance_id = p_instance_id and s.session_key = p_session_key;
  end loop;
  return v_is_taken;
end;
$$;
comment on function private.take_reported_rows(uuid, text, text[]) is
  'Gives a session what only the report knew of these handles of it, in place of the report''s own rows; whether there was anything.';

create function private.note_zoom_stays(p_instance_id uuid, p_stays jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_instance public.meeting_instances;
begin
  select * into strict v_instance from public.meeting_instances where id = p_instance_id;
  perform from public.live_classes where id = v_instance.live_class_id for no key update;
  perform private.lock_meeting(v_instance.provider, v_instance.meeting_id);

  insert into public.meeting_participants as p
    (instance_id, session_key, live_class_id, handles, reported_join_time, reported_leave_time,
     user_name, user_name_at, user_email, user_email_at, provider_user_id, registrant_key)
  select p_instance_id, s.session_key, i.live_class_id, array_agg(distinct s.handle order by s.handle),
    min(s.joined_at), max(s.left_at),
    max(s.name), case when max(s.name) is not null then '-infinity'::timestamptz end,
    max(s.email), case when max(s.email) is not null then '-infinity'::timestamptz end,
    max(s.provider_user_id), max(s.registrant_key)
  from public.meeting_instances i
  cross join lateral (
    select coalesce((
        select min(k.session_key) from public.meeting_participants k
        where k.instance_id = i.id and s.handle = any (k.handles)), 'report:' || s.handle) as session_key,
      s.handle, s.joined_at, s.left_at, nullif(btrim(s.name), '') as name, nullif(lower(btrim(s.email)), '') as email,
      s.provider_user_id, s.registrant_key
    from jsonb_to_recordset(p_stays) as s (handle text, name text, email text, provider_user_id text,
      registrant_key text, joined_at timestamptz, left_at timestamptz)
  ) s
  where i.id = p_instance_id
  group by s.session_key, i.live_class_id
  order by s.session_key
  on conflict on constraint session_is_known_once do update set
    handles = private.union_of(p.handles, excluded.handles),
    reported_join_time = least(p.reported_join_time, excluded.reported_join_time),
    reported_leave_time = greatest(p.reported_leave_time, excluded.reported_leave_time),
    user_name = case when p.user_name_at > '-infinity' then p.user_name else greatest(p.user_name, excluded.user_name) end,
    user_name_at = greatest(p.user_name_at, excluded.user_name_at),
    user_email = case when p.user_email_at > '-infinity' then p.user_email else greatest(p.user_email, excluded.user_email) end,
    user_email_at = greatest(p.user_email_at, excluded.user_email_at),
    provider_user_id = greatest(p.provider_user_id, excluded.provider_user_id),
    registrant_key = greatest(p.registrant_key, excluded.registrant_key);
  perform private.match_participants(p_instance_id);
end;
$$;
comment on function private.note_zoom_stays(uuid, jsonb) is
  'Records stays of Zoom''s report [{handle, name, email, provider_user_id, registrant_key, joined_at, left_at}] with the sessions of the same handles, and finds the people.';

create function public.note_zoom_stays(p_instance_key text, p_stays jsonb) returns void
language sql security definer set search_path = '' as $$
  select private.note_zoom_stays(i.id, p_stays)
  from public.meeting_instances i where i.provider = 'zoom' and i.instance_key = p_instance_key;
$$;
comment on function public.note_zoom_stays(text, jsonb) is
  'For the maintenance function: stays of an instance by Zoom''s report: [{handle, name|null, email|null, provider_user_id|null, registrant_key|null, joined_at|null, left_at|null}].';

grant execute on function public.note_zoom_stays(text, jsonb) to service_role;

create function public.note_zoom_reconciled(p_instance_key text) returns void
language sql security definer set search_path = '' as $$
  select private.note_reconciled(i.id, now()) from public.meeting_instances i
  where i.provider = 'zoom' and i.instance_key = p_instance_key;
$$;
comment on function public.note_zoom_reconciled(text) is
  'For the maintenance function: an instance that has ended was compared with Zoom''s report.';

grant execute on function public.note_zoom_reconciled(text) to service_role;
