-- What Meet's REST API says about a conference and its sessions, written as reports. Same locks as for events:
-- class rows → meeting → instance → sessions.
create function private.google_meet_subjects(p_instance_id uuid) returns text[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(s.workspace_email order by s.place), '{}')
  from (
    select p.workspace_email, min(r.place) as place
    from (
      select c.host_id, row_number() over (order by c.id is distinct from i.live_class_id,
        greatest(c.scheduled_start - i.started_at, i.started_at - c.scheduled_start), c.id) as place
      from public.meeting_instances i
      join public.live_classes c on c.id = i.live_class_id
        or (c.provider = i.provider and c.meeting_id = i.meeting_id)
      where i.id = p_instance_id
    ) r
    join public.profiles p on p.id = r.host_id and p.workspace_email is not null
    group by p.workspace_email
    order by place
    limit 5
  ) s;
$$;
comment on function private.google_meet_subjects(uuid) is
  'The Workspace addresses to ask Google as: that of the host of its class, then those of the nearest classes of the same space.';

create table private.reconciliations (
  instance_id uuid primary key references public.meeting_instances (id) on delete cascade,
  page_token text,
  asked_at timestamptz
);
comment on table private.reconciliations is 'How far the comparison of a meeting with its provider''s own record has come, where it did not end at once.';
comment on column private.reconciliations.page_token is 'Google Meet: the page of participants to go on with; null for the first.';
comment on column private.reconciliations.asked_at is 'When a job last asked for a comparison.';

alter table private.reconciliations enable row level security;

create policy "nobody but the owner of the schema reads reconciliations" on private.reconciliations
  for all to anon, authenticated using (false) with check (false);

create function public.google_meet_conference(p_instance_key text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('subjects', private.google_meet_subjects(i.id), 'is_of_a_class', i.live_class_id is not null,
    'page_token', r.page_token, 'has_ended', i.ended_at is not null)
  from public.meeting_instances i
  left join private.reconciliations r on r.instance_id = i.id
  where i.provider = 'google_meet' and i.instance_key = p_instance_key;
$$;
comment on function public.google_meet_conference(text) is
  'For the maintenance function: {subjects, is_of_a_class, page_token, has_ended} of a conference record: whom to ask as, and where to go on. Null when it is unknown.';

grant execute on function public.google_meet_conference(text) to service_role;

create function private.note_google_meet_conference(
  p_instance_key text, p_space text, p_started_at timestamptz, p_ended_at timestamptz, p_subject text default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  -- Google lets a host read this, so it may go to a class of theirs.
  perform private.note_space_host(p_space, p.id, false)
  from public.profiles p
  where p.workspace_email = p_subject and exists (
    select from public.live_classes c where c.provider = 'google_meet' and c.meeting_id = p_space and c.host_id = p.id);
  v_id := private.note_instance('google_meet', jsonb_build_object('key', p_instance_key, 'meeting_id', p_space),
    p_started_at, 'start_event', p_ended_at);
  update public.meeting_instances
  set reported_started_at = p_started_at, reported_ended_at = coalesce(p_ended_at, reported_ended_at)
  where id = v_id
    and (reported_started_at, reported_ended_at) is distinct from (p_started_at, coalesce(p_ended_at, reported_ended_at));
  if found then
    perform private.bind_instance(v_id);
  end if;
  return v_id;
end;
$$;
comment on function private.note_google_meet_conference(text, text, timestamptz, timestamptz, text) is
  'Records what Meet says about a conference, asked as the subject: space, start, end (null while it runs).';

create function private.ask_who_joined(p_provider public.meeting_provider, p_session_key text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_provider = 'google_meet' then
    perform private.enqueue_task('resolve_google_meet_participant', p_session_key);
  end if;
end;
$$;
comment on function private.ask_who_joined(public.meeting_provider, text) is
  'Has a task ask who is behind a session of Google Meet, whose events name a session and nobody.';

create function private.note_google_meet_sessions(p_instance_id uuid, p_subject text, p_sessions jsonb, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_instance public.meeting_instances;
begin
  select * into strict v_instance from public.meeting_instances where id = p_instance_id;
  perform from public.live_classes where id = v_instance.live_class_id for no key update;
  perform private.lock_meeting(v_instance.provider, v_instance.meeting_id);

  insert into public.meeting_participants as p
    (instance_id, session_key, live_class_id, reported_join_time, reported_leave_time,
     user_name, user_email, provider_user_id, resolved_at)
  select p_instance_id, s.key, i.live_class_id, s.joined_at, s.left_at,
    nullif(btrim(s.name), ''), a.addresses[1], s.user_key, p_now
  from jsonb_to_recordset(p_sessions) as s (key text, name text, user_key text, joined_at timestamptz, left_at timestamptz)
  join public.meeting_instances i on i.id = p_instance_id
  left join private.directory_answers a on a.domain = private.domain_of(p_subject) and a.user_key = s.user_key
  order by s.key
  on conflict on constraint session_is_known_once do update set
    reported_join_time = coalesce(excluded.reported_join_time, p.reported_join_time),
    reported_leave_time = coalesce(excluded.reported_leave_time, p.reported_leave_time),
    user_name = coalesce(excluded.user_name, p.user_name),
    user_email = coalesce(excluded.user_email, p.user_email),
    provider_user_id = coalesce(excluded.provider_user_id, p.provider_user_id),
    resolved_at = excluded.resolved_at;
  perform private.match_participants(p_instance_id);
end;
$$;
comment on function private.note_google_meet_sessions(uuid, text, jsonb, timestamptz) is
  'Records what Meet says about sessions [{key, name, user_key|null, joined_at, left_at|null}], with the addresses that the Directory told, and finds the people.';

create function public.note_google_meet_conference(
  p_instance_key text, p_space text, p_started_at timestamptz, p_ended_at timestamptz default null, p_subject text default null
) returns void
language sql security definer set search_path = '' as $$
  select private.note_google_meet_conference(p_instance_key, p_space, p_started_at, p_ended_at, p_subject);
$$;
comment on function public.note_google_meet_conference(text, text, timestamptz, timestamptz, text) is
  'For the maintenance function: what Meet says about a conference, asked as the subject; known or not, its sessions are compared once it has ended.';

grant execute on function public.note_google_meet_conference(text, text, timestamptz, timestamptz, text) to service_role;

create function public.note_google_meet_sessions(p_instance_key text, p_subject text, p_sessions jsonb) returns void
language sql security definer set search_path = '' as $$
  select private.note_google_meet_sessions(i.id, p_subject, p_sessions, now())
  from public.meeting_instances i where i.provider = 'google_meet' and i.instance_key = p_instance_key;
$$;
comment on function public.note_google_meet_sessions(text, text, jsonb) is
  'For the maintenance function: what Meet says about some sessions of a conference, asked as the subject: '
  '[{key, name|null, user_key|null, joined_at, left_at|null}].';

grant execute on function public.note_google_meet_sessions(text, text, jsonb) to service_role;
