-- Who attends a class and therefore may read its card.
create table public.class_enrollments (
  live_class_id uuid not null references public.live_classes (id) on delete cascade,
  profile_id uuid not null references public.profiles (id) on delete cascade,
  enrolled_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (live_class_id, profile_id)
);
comment on table public.class_enrollments is 'The roster of each class. Written by set_enrollments and the secret key.';
comment on column public.class_enrollments.enrolled_by is 'Who put the student on the roster; null for the secret key or once that person is gone.';

create index class_enrollments_profile_id_idx on public.class_enrollments (profile_id);
create index class_enrollments_enrolled_by_idx on public.class_enrollments (enrolled_by);

-- What the caller hosts and attends. Policies read it once for a statement.
create function private.hosted_class_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select id from public.live_classes where host_id = (select private.acting_host_id());
$$;
comment on function private.hosted_class_ids() is 'Classes that the caller hosts now, as a teacher or admin.';

grant execute on function private.hosted_class_ids() to authenticated, service_role;

alter table public.class_enrollments enable row level security;

create policy "students read their own enrolments, hosts and admins a roster" on public.class_enrollments
  for select to authenticated
  using (
    profile_id = (select auth.uid())
    or live_class_id = any (array(select private.hosted_class_ids()))
    or live_class_id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

grant select on public.class_enrollments to authenticated;
grant select, insert, update, delete on public.class_enrollments to service_role;

create function private.class_enrollments_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Who is enrolled decides who can be matched.
  if tg_op = 'DELETE' then
    perform private.match_class_participants(array(select distinct live_class_id from old_rows));
    return null;
  end if;
  perform private.match_class_participants(array(select distinct live_class_id from new_rows));
  perform private.end_demo(n.profile_id, 'enrolment') from (select profile_id from new_rows order by profile_id) n;
  perform private.tell_once(n.profile_id, 'class_enrolled', concat_ws(' ', c.id, extract(epoch from c.scheduled_start)), c.id,
      jsonb_build_object('title', c.title, 'scheduled_start', c.scheduled_start))
  from new_rows n join public.live_classes c on c.id = n.live_class_id
  where c.status <> 'cancelled' and c.scheduled_end > now();
  return null;
end;
$$;
comment on function private.class_enrollments_follow() is
  'What follows from a change of a roster: sessions are matched again, and an enrolment ends the voice trial and is told to the '
  'student, once for a class and its time.';

create trigger class_enrollments_follow_insert after insert on public.class_enrollments
  referencing new table as new_rows for each statement execute function private.class_enrollments_follow();

create trigger class_enrollments_follow_delete after delete on public.class_enrollments
  referencing old table as old_rows for each statement execute function private.class_enrollments_follow();
