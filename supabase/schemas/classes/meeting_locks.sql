-- The locks of the class domain. Their order is: a caller's plans, class rows by id, the meeting, its instance, its sessions.
create function private.meeting_lock(p_provider public.meeting_provider, p_meeting_id text) returns bigint
language plpgsql immutable set search_path = '' as $$
begin
  return hashtextextended('meeting:' || p_provider || ':' || p_meeting_id, 0);
end;
$$;
comment on function private.meeting_lock(public.meeting_provider, text) is 'The key of the advisory lock of a meeting.';

create function private.lock_meeting(p_provider public.meeting_provider, p_meeting_id text) returns void
language plpgsql set search_path = '' as $$
begin
  if p_meeting_id is not null then
    perform pg_advisory_xact_lock(private.meeting_lock(p_provider, p_meeting_id));
  end if;
end;
$$;
comment on function private.lock_meeting(public.meeting_provider, text) is
  'Serialises, until commit, who schedules a meeting and what happens in it: neither may miss the other. Take it after the class row.';

create function private.plan_alone() returns void
language plpgsql set search_path = '' as $$
begin
  if auth.uid() is not null then
    perform pg_advisory_xact_lock(hashtextextended('plans:' || auth.uid(), 0));
  end if;
end;
$$;
comment on function private.plan_alone() is
  'Serialises, until commit, what one caller changes of plans and rosters: two changes at once would hold a class each and want the other. Take it before any row.';
