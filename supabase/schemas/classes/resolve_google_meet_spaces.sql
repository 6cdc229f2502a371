-- A teacher types a meeting code, and events name a space. Google is asked once which space a code is, because codes are aliases that
-- can be given to another space. Anybody may ask this, so the answer does not show whose space it is.
create table private.google_meet_space_lookups (
  live_class_id uuid primary key references public.live_classes (id) on delete cascade,
  meeting_code text not null,
  outcome text not null constraint outcome_is_known check (outcome in ('asked', 'resolved', 'absent')),
  asked_at timestamptz not null
);
comment on table private.google_meet_space_lookups is 'What became of the question which space a class''s meeting code is.';

alter table private.google_meet_space_lookups enable row level security;

create policy "nobody but the owner of the schema reads space lookups" on private.google_meet_space_lookups
  for all to anon, authenticated using (false) with check (false);

create function private.ask_google_meet_space(p_class_id uuid, p_code text, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.google_meet_space_lookups as l (live_class_id, meeting_code, outcome, asked_at)
  values (p_class_id, p_code, 'asked', p_now)
  on conflict (live_class_id) do update set asked_at = excluded.asked_at where l.outcome = 'asked';
  -- Otherwise the answer came while the job was asking again.
  if found then
    perform private.enqueue_task('resolve_google_meet_space', p_class_id::text, null, p_now);
  end if;
end;
$$;
comment on function private.ask_google_meet_space(uuid, text, timestamptz) is 'Asks which space a class''s meeting code is, unless that is answered.';

create function private.prepare_google_meet(p_class_id uuid, p_has_new_meeting boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_class public.live_classes;
begin
  select * into strict v_class from public.live_classes where id = p_class_id;
  if v_class.meeting_id ~ '^spaces/' then
    perform private.subscribe_to_google_meet_class(v_class.meeting_id, v_class.host_id);
  -- A meeting code is resolved once, when it is set, whatever was answered for another code.
  elsif p_has_new_meeting then
    delete from private.google_meet_space_lookups where live_class_id = p_class_id;
    perform private.ask_google_meet_space(p_class_id, v_class.meeting_id, now());
  end if;
end;
$$;
comment on function private.prepare_google_meet(uuid, boolean) is
  'Asks which space the new meeting code of a class is, or subscribes to its space.';

create function public.google_meet_class(p_class_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('meeting_id', c.meeting_id, 'subject', p.workspace_email,
    'since', c.scheduled_start - private.setting_interval('class_meeting_early'))
  from public.live_classes c
  left join public.profiles p on p.id = c.host_id
  where c.id = p_class_id and c.provider = 'google_meet' and c.meeting_id is not null;
$$;
comment on function public.google_meet_class(uuid) is
  'For the maintenance function: {meeting_id, subject|null, since} of a Meet class: code or space, whom to ask as, the earliest start of a meeting of it.';

grant execute on function public.google_meet_class(uuid) to service_role;

create function public.note_google_meet_space(p_class_id uuid, p_code text, p_space text default null) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_class public.live_classes;
  v_outcome text;
begin
  select * into v_class from public.live_classes
  where id = p_class_id and provider = 'google_meet' and meeting_id = p_code
  for no key update;
  if not found then
    return 'changed';
  end if;
  v_outcome := case when p_space is null then 'absent' else 'resolved' end;
  update private.google_meet_space_lookups set outcome = v_outcome where live_class_id = p_class_id;
  if v_outcome = 'resolved' then
    update public.live_classes set meeting_id = p_space where id = p_class_id;
  else
    perform private.notify(v_class.host_id, 'class_meeting_absent', v_class.id, jsonb_build_object('title', v_class.title));
  end if;
  return v_outcome;
end;
$$;
comment on function public.note_google_meet_space(uuid, text, text) is
  'For the maintenance function: the space of a class''s code, null when there is none. resolved; absent, which its host '
  'is told; changed meanwhile.';

grant execute on function public.note_google_meet_space(uuid, text, text) to service_role;
