-- Admins are told once an hour what was given up in the hour before. Mails are left out: a mail about a mail that failed would fail too.
create function private.tell_dead_letters(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_since constant timestamptz := date_trunc('hour', p_now) - interval '1 hour';
  v_until constant timestamptz := date_trunc('hour', p_now);
  v_events bigint;
  v_tasks bigint;
begin
  select count(*) into v_events from public.webhook_events where status = 'dead' and settled_at >= v_since and settled_at < v_until;
  select count(*) into v_tasks from public.tasks where dead_at >= v_since and dead_at < v_until and kind <> 'send_email';
  if v_events + v_tasks = 0 then
    return 0;
  end if;
  return (
    select count(*) filter (where private.tell_once(p.id, 'dead_letters', v_until::text, null,
      jsonb_build_object('events', v_events, 'tasks', v_tasks)))
    from public.profiles p where p.role = 'admin' and private.acting_role(p.id) = 'admin');
end;
$$;
comment on function private.tell_dead_letters(timestamptz) is 'Job: tells admins how many events and tasks were given up in the hour before.';

select private.schedule_job('tell_dead_letters', '2 * * * *', 'private.tell_dead_letters', 'Tell admins what was given up.');
