-- What people of a class are told before and after it, beside its changes: that it is tomorrow, that it is in an hour, that they were absent.
insert into private.notification_kinds (kind, domain, is_sent_by_default, description) values
  ('class_enrolled', 'classes', true, 'You were enrolled in a class.'),
  ('class_moved', 'classes', true, 'A class has another time.'),
  ('class_cancelled', 'classes', true, 'A class does not take place.'),
  ('class_restored', 'classes', true, 'A cancelled class takes place after all.'),
  ('class_no_show', 'classes', true, 'Nobody began your class.'),
  ('class_meeting_absent', 'classes', true, 'The provider does not know the meeting of your class.'),
  ('class_tomorrow', 'classes', true, 'A class begins within a day.'),
  ('class_in_an_hour', 'classes', true, 'A class begins within an hour.'),
  ('class_absent', 'classes', true, 'You missed a class.');

insert into private.settings (name, value, type, lowest, highest, description) values
  ('class_reminder_first', '"24 hours"', 'interval', '2 hours', '1 day', 'How long before a class its people are told that it is tomorrow.'),
  ('class_reminder_last', '"1 hour"', 'interval', '5 minutes', '1 hour', 'How long before a class its people are told that it begins in an hour.'),
  ('class_reminder_batch', '200', 'integer', '1', '10000', 'Classes that one tick of the reminders takes.');

create table private.class_reminders (
  live_class_id uuid not null references public.live_classes (id) on delete cascade,
  kind text not null,
  scheduled_start timestamptz not null,
  primary key (live_class_id, kind)
);
comment on table private.class_reminders is 'Which reminder of a class was given, and for which start: a class that moves is reminded of again.';

alter table private.class_reminders enable row level security;

create policy "nobody but the owner of the schema reads reminders" on private.class_reminders
  for all to anon, authenticated using (false) with check (false);

create function private.remind_of_class(p_class public.live_classes, p_kind text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.class_reminders as r (live_class_id, kind, scheduled_start)
  values (p_class.id, p_kind, p_class.scheduled_start)
  on conflict (live_class_id, kind) do update set scheduled_start = excluded.scheduled_start;
  perform private.tell_once(p.id, p_kind, concat_ws(' ', p_class.id, extract(epoch from p_class.scheduled_start)), p_class.id,
    jsonb_build_object('title', p_class.title, 'scheduled_start', p_class.scheduled_start))
  from private.people_of_class(p_class.id) p (id);
end;
$$;
comment on function private.remind_of_class(public.live_classes, text) is 'Reminds everybody who is to come to a class, once for its time.';

-- A class that was planned later than its first reminder is due gets the last one alone: "tomorrow" would be wrong by then.
create function private.remind_of_classes(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_due record;
  v_rows integer := 0;
begin
  for v_due in
    select c as class, w.kind
    from (values
      ('class_in_an_hour', interval '0', private.setting_interval('class_reminder_last')),
      ('class_tomorrow', private.setting_interval('class_reminder_first') / 2, private.setting_interval('class_reminder_first'))) w (kind, earliest, latest)
    join public.live_classes c on c.status = 'scheduled'
      and c.scheduled_start > p_now + w.earliest and c.scheduled_start <= p_now + w.latest
    where not exists (select from private.class_reminders r
      where r.live_class_id = c.id and r.kind = w.kind and r.scheduled_start = c.scheduled_start)
    order by c.scheduled_start
    limit private.setting_integer('class_reminder_batch')
  loop
    perform private.remind_of_class(v_due.class, v_due.kind);
    v_rows := v_rows + 1;
  end loop;
  return v_rows;
end;
$$;
comment on function private.remind_of_classes(timestamptz) is 'Job: reminds of classes that begin within a day and within an hour.';

select private.schedule_job('remind_of_classes', '*/5 * * * *', 'private.remind_of_classes', 'Remind of classes that begin tomorrow and in an hour.');

create function private.tell_absent_students(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_for constant interval := interval '7 days';
  v_class public.live_classes;
  v_rows integer := 0;
begin
  for v_class in
    select c.* from public.live_classes c
    where c.attendance_synced and c.status = 'completed' and c.scheduled_start between p_now - c_for and p_now
      and not exists (select from private.class_reminders r
        where r.live_class_id = c.id and r.kind = 'class_absent' and r.scheduled_start = c.scheduled_start)
    order by c.scheduled_start
    limit private.setting_integer('class_reminder_batch')
  loop
    insert into private.class_reminders as r (live_class_id, kind, scheduled_start)
    values (v_class.id, 'class_absent', v_class.scheduled_start)
    on conflict (live_class_id, kind) do update set scheduled_start = excluded.scheduled_start;
    perform private.tell_once(a.profile_id, 'class_absent', concat_ws(' ', v_class.id, extract(epoch from v_class.scheduled_start)), v_class.id,
      jsonb_build_object('title', v_class.title, 'scheduled_start', v_class.scheduled_start))
    from public.class_attendance a where a.live_class_id = v_class.id and a.status = 'absent';
    v_rows := v_rows + 1;
  end loop;
  return v_rows;
end;
$$;
comment on function private.tell_absent_students(timestamptz) is
  'Job: tells the students who missed a class, once its attendance was compared with the provider''s record; only of the last week.';

select private.schedule_job('tell_absent_students', '*/10 * * * *', 'private.tell_absent_students', 'Tell students that they missed a class.');
