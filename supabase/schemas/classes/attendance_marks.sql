-- Marks are what a person decided. They are rows of their own, so that a reconciliation never touches them.
create table public.attendance_marks (
  live_class_id uuid not null,
  profile_id uuid not null,
  status public.attendance_status not null,
  note text constraint note_is_at_most_500_characters check (char_length(note) between 1 and 500),
  marked_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (live_class_id, profile_id),
  constraint marked_student_is_enrolled foreign key (live_class_id, profile_id)
    references public.class_enrollments (live_class_id, profile_id) on update cascade on delete cascade
);
comment on table public.attendance_marks is 'Attendance as the host or an admin decided it; wins over the computed one and survives every reconciliation.';
comment on column public.attendance_marks.note is 'Why. The student reads it too.';
comment on column public.attendance_marks.marked_by is 'Who marked it last; null once that person is gone, and for the secret key.';

create index attendance_marks_marked_by_idx on public.attendance_marks (marked_by);
create index attendance_marks_profile_id_idx on public.attendance_marks (profile_id, live_class_id);

alter table public.attendance_marks enable row level security;

create policy "students read their own mark, hosts and admins a class's" on public.attendance_marks
  for select to authenticated
  using (
    profile_id = (select auth.uid())
    or live_class_id = any (array(select private.hosted_class_ids()))
    or live_class_id between (select private.first_id_of_admin()) and (select private.last_id_of_admin())
  );

create policy "hosts mark their classes, admins any" on public.attendance_marks
  for insert to authenticated
  with check (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()));

create policy "hosts change marks of their classes, admins any" on public.attendance_marks
  for update to authenticated
  using (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()))
  with check (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()));

create policy "hosts remove marks of their classes, admins any" on public.attendance_marks
  for delete to authenticated
  using (live_class_id in (select private.hosted_class_ids()) or (select private.is_admin()));

grant select, delete, insert (live_class_id, profile_id, status, note), update (status, note)
  on public.attendance_marks to authenticated;

grant select, insert, update, delete on public.attendance_marks to service_role;

create function private.attendance_marks_guard() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- A foreign key that forgets a person or follows a key marks nothing.
  if tg_op = 'INSERT' or (new.status, new.note) is distinct from (old.status, old.note)
    or (new.live_class_id, new.profile_id, new.marked_by) is not distinct from (old.live_class_id, old.profile_id, old.marked_by) then
    new.marked_by := auth.uid();
  end if;
  if tg_op = 'UPDATE' then
    new.updated_at := now();
  end if;
  return new;
end;
$$;
comment on function private.attendance_marks_guard() is 'Stamps who marked, and when.';

create trigger attendance_marks_guard before insert or update on public.attendance_marks
  for each row execute function private.attendance_marks_guard();
