-- Classes whose end was never told are given one, and classes that never began are noted. Both are guesses from silence, so
-- both give way to a fact that comes later.
insert into private.settings (name, value, description) values
  ('meeting_silent_for', '"3 hours"', 'A meeting whose class is long over, and of which nothing was told for that long, is taken to have ended.'),
  ('no_show_days', '7', 'Classes that ended longer ago are not noted as no-shows any more.');

alter table public.meeting_instances add column end_is_assumed boolean not null default false;
comment on column public.meeting_instances.end_is_assumed is
  'No end was told: ended_at is the last sign of life or the scheduled end. Any end that is told replaces it, earlier or later.';
create index meeting_instances_open_idx on public.meeting_instances (started_at)
  where ended_at is null and live_class_id is not null;

alter table public.live_classes add column no_show_at timestamptz;
comment on column public.live_classes.no_show_at is
  'When it was noted that its window went by without a meeting; null again once one is known, or the class is moved or cancelled.';

create function private.move_assumed_end() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_class_id uuid;
begin
  update public.meeting_instances i
  set ended_at = greatest(i.ended_at, new.join_time, new.leave_time)
  where i.id = new.instance_id and i.end_is_assumed and i.ended_at < greatest(new.join_time, new.leave_time)
  returning i.live_class_id into v_class_id;
  perform private.refresh_class_status(v_class_id);
  return null;
end;
$$;
comment on function private.move_assumed_end() is 'AFTER trigger: a meeting lasts at least as long as somebody is known to have been there.';
create trigger meeting_participants_move_assumed_end after insert or update of join_time, leave_time on public.meeting_participants
  for each row execute function private.move_assumed_end();

create function private.close_forgotten_meetings(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_open record;
  v_count integer := 0;
begin
  for v_open in
    select i.id, c.id as class_id, greatest(i.started_at, c.scheduled_end, s.last_sign) as ended_at
    from public.meeting_instances i
    join public.live_classes c on c.id = i.live_class_id
    left join lateral (
      select max(greatest(p.join_time, p.leave_time)) as last_sign
      from public.meeting_participants p where p.instance_id = i.id
    ) s on true
    where i.ended_at is null
      and c.scheduled_end + private.setting_interval('class_meeting_late') < p_now
      and greatest(i.started_at, s.last_sign) < p_now - private.setting_interval('meeting_silent_for')
    order by c.id, i.id
    limit c_batch
  loop
    perform from public.live_classes where id = v_open.class_id for no key update;
    update public.meeting_instances set ended_at = v_open.ended_at, end_is_assumed = true
    where id = v_open.id and live_class_id = v_open.class_id and ended_at is null;
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

create function private.forget_no_show() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.no_show_at := null;
  return new;
end;
$$;
comment on function private.forget_no_show() is 'BEFORE trigger: a meeting is known after all, or the class was moved or cancelled.';
create trigger live_classes_forget_no_show before update on public.live_classes
  for each row when (new.no_show_at is not null
    and (new.status <> 'scheduled' or new.scheduled_end is distinct from old.scheduled_end))
  execute function private.forget_no_show();

select private.schedule_job('close_forgotten_meetings', '*/10 * * * *', 'private.close_forgotten_meetings',
  'ends meetings whose end was never told');
select private.schedule_job('note_no_shows', '*/15 * * * *', 'private.note_no_shows',
  'notes classes that never began and tells their hosts');
