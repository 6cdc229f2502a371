-- Classes whose end was never told are given one, and classes that never began are noted. Both are guesses from silence, so
-- both give way to a fact that comes later.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('meeting_silent_for', '"3 hours"', 'interval', '30 minutes', '2 days', 'A meeting whose class is long over, and of which nothing was told for that long, is taken to have ended.'),
  ('no_show_days', '7', 'integer', '1', '3650', 'Classes that ended longer ago are not noted as no-shows any more.');

create function private.assumed_end(p_instance_id uuid, p_now timestamptz) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select greatest(i.started_at, c.scheduled_end, s.last_sign)
  from public.meeting_instances i
  join public.live_classes c on c.id = i.live_class_id
  left join lateral (
    select max(greatest(p.join_time, p.leave_time)) as last_sign
    from public.meeting_participants p where p.instance_id = i.id
  ) s on true
  where i.id = p_instance_id
    and c.scheduled_end + private.setting_interval('class_meeting_late') < p_now
    and greatest(i.started_at, s.last_sign) < p_now - private.setting_interval('meeting_silent_for');
$$;
comment on function private.assumed_end(uuid, timestamptz) is
  'When a meeting whose end nobody told is taken to have ended, by what is known now; null while it may still run or is of no class.';

-- The assumption follows the facts that it was made from, so that it is the same whenever it was made.
create function private.refresh_assumed_end(p_instance_id uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_ended_at timestamptz;
  v_class_id uuid;
begin
  perform from public.meeting_instances where id = p_instance_id and end_is_assumed;
  if not found then
    return;
  end if;
  v_ended_at := private.assumed_end(p_instance_id, p_now);
  update public.meeting_instances
  set ended_at = v_ended_at, end_is_assumed = v_ended_at is not null
  where id = p_instance_id and end_is_assumed and ended_at is distinct from v_ended_at
  returning live_class_id into v_class_id;
  if found then
    perform private.refresh_class_status(v_class_id);
  end if;
end;
$$;
comment on function private.refresh_assumed_end(uuid, timestamptz) is
  'Makes an assumed end what is known by now, or takes it back. An end that was told stays.';

create function private.refresh_assumed_ends_of_class(p_class_id uuid) returns void
language sql security definer set search_path = '' as $$
  select private.refresh_assumed_end(i.id, now())
  from public.meeting_instances i where i.live_class_id = p_class_id and i.end_is_assumed;
$$;
comment on function private.refresh_assumed_ends_of_class(uuid) is 'Makes the assumed ends of a class''s meetings follow its plan.';

create function private.close_forgotten_meetings(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_open record;
  v_count integer := 0;
begin
  for v_open in
    select i.id, c.id as class_id
    from public.meeting_instances i
    join public.live_classes c on c.id = i.live_class_id
    where i.ended_at is null
      and c.scheduled_end + private.setting_interval('class_meeting_late') < p_now
      and private.assumed_end(i.id, p_now) is not null
    order by c.id, i.id
    limit c_batch
  loop
    perform from public.live_classes where id = v_open.class_id for no key update;
    -- What is known once the class is locked counts, not what was known when the batch was chosen.
    update public.meeting_instances
    set ended_at = private.assumed_end(id, p_now), end_is_assumed = true
    where id = v_open.id and live_class_id = v_open.class_id and ended_at is null
      and private.assumed_end(id, p_now) is not null;
    if found then
      perform private.refresh_class_status(v_open.class_id);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end;
$$;
comment on function private.close_forgotten_meetings(timestamptz) is
  'Job: gives meetings whose end was never told the last sign of life or the scheduled end, whichever is later.';

create function private.note_no_shows(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_count integer;
begin
  with due as (
    select c.id from public.live_classes c
    where c.status = 'scheduled' and c.no_show_at is null and c.meeting_id is not null
      and c.scheduled_end < p_now - private.setting_interval('class_meeting_late')
      and c.scheduled_end > p_now - private.setting_integer('no_show_days') * interval '1 day'
    order by c.id
    limit c_batch
    for no key update skip locked
  ), noted as (
    update public.live_classes c set no_show_at = p_now from due where c.id = due.id
    returning c.id, c.host_id, c.title, c.scheduled_start
  )
  select count(private.notify(n.host_id, 'class_no_show', n.id,
      jsonb_build_object('title', n.title, 'scheduled_start', n.scheduled_start))) into v_count
  from noted n;
  return v_count;
end;
$$;
comment on function private.note_no_shows(timestamptz) is
  'Job: notes classes whose window went by without a meeting and tells their hosts, once. The status stays what the facts say.';

select private.schedule_job('close_forgotten_meetings', '*/10 * * * *', 'private.close_forgotten_meetings',
  'ends meetings whose end was never told');

select private.schedule_job('note_no_shows', '*/15 * * * *', 'private.note_no_shows',
  'notes classes that never began and tells their hosts');
