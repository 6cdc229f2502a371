-- Some conferences are told by no event at all, so a class whose window has closed is compared with the conferences that Google Meet has
-- of its space. Codes that could not be resolved, because their host had no address yet or Google did not answer, are asked again.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('google_meet_space_retry', '"6 hours"', 'interval', '10 minutes', '7 days', 'How long after an unanswered question for a meeting code''s space it is asked again.');

create table private.google_meet_class_checks (
  live_class_id uuid primary key references public.live_classes (id) on delete cascade,
  asked_at timestamptz not null
);
comment on table private.google_meet_class_checks is 'Classes over Meet whose conferences were asked for after their window had closed.';

alter table private.google_meet_class_checks enable row level security;

create policy "nobody but the owner of the schema reads class checks" on private.google_meet_class_checks
  for all to anon, authenticated using (false) with check (false);

create index live_classes_google_meet_idx on public.live_classes (scheduled_start) where provider = 'google_meet';

create function private.check_google_meet_classes(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 200;
  v_found integer;
  v_resolved integer;
begin
  with due as (
    select c.id
    from public.live_classes c
    join public.profiles p on p.id = c.host_id and p.workspace_email is not null
    where c.provider = 'google_meet' and c.meeting_id ~ '^spaces/'
      and c.scheduled_start > p_now - private.setting_integer('google_meet_record_days') * interval '1 day'
      and c.scheduled_end < p_now - private.setting_interval('class_meeting_late')
      -- A class that was moved since then has another window to close.
      and not exists (
        select from private.google_meet_class_checks k
        where k.live_class_id = c.id and k.asked_at > c.scheduled_end + private.setting_interval('class_meeting_late'))
    order by c.scheduled_start
    limit c_batch
  ), noted as (
    insert into private.google_meet_class_checks (live_class_id, asked_at) select id, p_now from due
    on conflict (live_class_id) do update set asked_at = excluded.asked_at
  )
  select count(private.enqueue_task('find_google_meet_conferences', d.id::text, null, p_now)) into v_found from due d;

  select count(private.ask_google_meet_space(c.id, c.meeting_id, p_now)) into v_resolved
  from (
    select c.id, c.meeting_id
    from public.live_classes c
    join public.profiles p on p.id = c.host_id and p.workspace_email is not null
    left join private.google_meet_space_lookups l on l.live_class_id = c.id and l.meeting_code = c.meeting_id
    where c.provider = 'google_meet' and c.meeting_id !~ '^spaces/' and c.cancelled_at is null
      and c.scheduled_start > p_now - private.setting_integer('google_meet_record_days') * interval '1 day'
      and (l.outcome is null or (l.outcome = 'asked' and l.asked_at < p_now - private.setting_interval('google_meet_space_retry')))
    order by c.scheduled_start
    limit c_batch
  ) c;
  return v_found + v_resolved;
end;
$$;
comment on function private.check_google_meet_classes(timestamptz) is
  'Job: looks for conferences of past classes that no event told of, and asks again for spaces of codes.';

select private.schedule_job('check_google_meet_classes', '*/10 * * * *', 'private.check_google_meet_classes',
  'finds Google Meet conferences that no event told of; resolves meeting codes that were left');
