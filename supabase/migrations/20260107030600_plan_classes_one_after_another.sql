-- Moving one class of a recurring meeting may take what happened in it from another, whose row is then written as well. Two such
-- moves at once hold a row each and want the other's: a deadlock, which plain REST tells the client as 40P01. A meeting is one
-- teacher's, so each caller's plans wait for each other before any row is locked, and nobody else's wait for them.
create function private.plan_one_after_another() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.plan_alone();
  return null;
end;
$$;
comment on function private.plan_one_after_another() is
  'BEFORE STATEMENT trigger: a caller''s changes of plans are made one after another. Handlers and jobs lock class rows in order by themselves.';

-- Of these columns only: what follows from meetings is written by everybody's events.
create trigger live_classes_plan_one_after_another
  before insert or delete or update of provider, meeting_id, scheduled_start, duration_minutes, status on public.live_classes
  for each statement execute function private.plan_one_after_another();
