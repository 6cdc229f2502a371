create function private.warn_demos(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  with due as (
    select id from public.profiles
    where is_demo and account_status = 'active' and demo_warned_at is null
      and demo_expires_at > p_now and demo_expires_at <= p_now + private.setting_interval('demo_warning_before')
    order by demo_expires_at
    limit private.setting_integer('account_job_batch_size')
    for no key update skip locked
  ), warned as (
    update public.profiles p set demo_warned_at = p_now from due where p.id = due.id returning p.id, p.demo_expires_at
  )
  select count(*) filter (where private.tell_once(id, 'demo_2_days', extract(epoch from demo_expires_at)::text, id,
    jsonb_build_object('demo_expires_at', demo_expires_at)))
  into v_count from warned;
  return v_count;
end;
$$;
comment on function private.warn_demos(timestamptz) is 'Job: tells the owners of trials that end within two days.';

create function private.warn_before_purge(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  with due as (
    select id from public.profiles
    where account_status = 'expired' and purge_warned_at is null
      and purge_after <= p_now + private.setting_interval('purge_warning_before')
    order by purge_after
    limit private.setting_integer('account_job_batch_size')
    for no key update skip locked
  ), warned as (
    -- A notice that comes late moves the purge: nobody is purged with less notice than promised.
    update public.profiles p
    set purge_warned_at = p_now, purge_after = greatest(purge_after, p_now + private.setting_interval('purge_warning_before'))
    from due where p.id = due.id returning p.id, p.purge_after
  )
  select count(*) filter (where private.tell_once(id, 'purge_7_days', extract(epoch from purge_after)::text, id,
    jsonb_build_object('purge_after', purge_after)))
  into v_count from warned;
  return v_count;
end;
$$;
comment on function private.warn_before_purge(timestamptz) is 'Job: tells the owners of expired trials that will be purged within seven days.';

select private.schedule_job('warn_demos', '*/15 * * * *', 'private.warn_demos', 'tells trials that they end within two days'),
  private.schedule_job('warn_before_purge', '7 * * * *', 'private.warn_before_purge', 'tells expired trials that they will be purged');
