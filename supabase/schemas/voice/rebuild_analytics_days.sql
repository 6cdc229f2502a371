-- A change of a profile's zone: the day tier is cut anew by a job, a few times a day at most. Until then the fine tier answers.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('analytics_rebuilds_per_day', '3', 'integer', '1', '100', 'How often a day a change of zone cuts a user''s day tier anew; later changes wait until tomorrow (UTC).'),
  ('analytics_rebuild_batch', '20', 'integer', '1', '10000', 'Accounts whose day tier one tick cuts anew.');

create function private.request_analytics_rebuild(p_old public.profiles, p_new public.profiles) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_today constant date := (now() at time zone 'UTC')::date;
begin
  if p_new.time_zone <> p_old.time_zone then
    update private.analytics_calendars
    set rebuild_after = case
      when time_zone = p_new.time_zone then null
      when rebuild_day = v_today and rebuilds >= private.setting_integer('analytics_rebuilds_per_day')
        then (v_today + 1)::timestamp at time zone 'UTC'
      else now() end
    where user_id = p_new.id;
  end if;
end;
$$;
comment on function private.request_analytics_rebuild(public.profiles, public.profiles) is
  'When a profile''s zone has changed, asks for its days to be cut anew.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('profile_changed', 20, 'voice', 'private.request_analytics_rebuild');

create function private.rebuild_days_of(p_user_id uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_today constant date := (p_now at time zone 'UTC')::date;
  v_zone text;
begin
  if private.lock_analytics(p_user_id) is null then
    update private.analytics_calendars set rebuild_after = null where user_id = p_user_id;
    return;
  end if;
  -- The profile is locked, so that a change of zone that comes now asks for another rebuild once this one is noted.
  select time_zone into v_zone from public.profiles where id = p_user_id for no key update;
  delete from public.call_analytics_days where user_id = p_user_id;
  insert into public.call_analytics_days
  select * from private.days_of_quarter_hours(p_user_id, v_zone, '0001-01-01', '9999-12-31', null, true, false);
  update private.analytics_calendars
  set time_zone = v_zone, rebuild_after = null, rebuild_day = v_today,
      rebuilds = case when rebuild_day = v_today then rebuilds + 1 else 1 end
  where user_id = p_user_id;
end;
$$;
comment on function private.rebuild_days_of(uuid, timestamptz) is
  'Cuts an account''s day tier anew in its profile''s zone, out of the fine tier, under the lock of its limits.';

create function private.rebuild_analytics_days(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_count integer := 0;
begin
  for v_user_id in
    select c.user_id
    from private.analytics_calendars c join public.user_limits l on l.user_id = c.user_id join public.profiles p on p.id = c.user_id
    where c.rebuild_after <= p_now
    order by c.rebuild_after
    limit private.setting_integer('analytics_rebuild_batch')
    for no key update of l, p skip locked
  loop
    perform private.rebuild_days_of(v_user_id, p_now);
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.rebuild_analytics_days(timestamptz) is
  'Job: cuts the day tier anew where the zone changed; passes over accounts that somebody holds.';

select private.schedule_job('rebuild_analytics_days', '* * * * *', 'private.rebuild_analytics_days', 'cuts days anew after a change of zone');
