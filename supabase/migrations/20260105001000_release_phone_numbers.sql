-- What VAPI has to learn about numbers, and how many of its own it may give.
--   release_phone_number(VAPI's id): VAPI shall not have the number any more. Enqueued on every path that deletes a row.
create function private.release_at_vapi() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.enqueue_task('release_phone_number', vapi_phone_id, user_id)
  from deleted where vapi_phone_id is not null and status <> 'released';
  return null;
end;
$$;
comment on function private.release_at_vapi() is 'AFTER DELETE on every path, also the cascade of a deleted user: VAPI shall give the number up.';

create trigger phone_numbers_release_at_vapi after delete on public.phone_numbers
  referencing old table as deleted for each statement execute function private.release_at_vapi();

create function private.limit_vapi_numbers() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid;
  v_limits public.user_limits;
  v_used integer;
begin
  for v_user_id in select distinct user_id from inserted where provider = 'vapi' order by user_id loop
    v_limits := private.lock_user_limits(v_user_id, now());
    select count(*) into v_used from public.phone_numbers
    where user_id = v_user_id and provider = 'vapi' and status in ('importing', 'active');
    if v_limits.plan_type = 'free' and v_used > private.setting_integer('free_vapi_numbers') then
      perform private.refuse(402, 'limit_reached', 'The plan''s number of phone numbers is reached.',
        jsonb_build_object('limit', 'vapi_numbers', 'used', private.setting_integer('free_vapi_numbers'),
          'allowed', private.setting_integer('free_vapi_numbers')));
    end if;
  end loop;
  return null;
end;
$$;
comment on function private.limit_vapi_numbers() is 'AFTER INSERT, under the owner''s lock: one number from VAPI on the free plan; 402 limit_reached.';

create trigger phone_numbers_limit_vapi_numbers after insert on public.phone_numbers
  referencing new table as inserted for each statement execute function private.limit_vapi_numbers();

create function private.release_excess_numbers() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.phone_numbers n
  using (
    select id, row_number() over (order by created_at, id) as place
    from public.phone_numbers
    where user_id = new.user_id and provider = 'vapi' and status in ('importing', 'active')
  ) ranked
  where n.id = ranked.id and ranked.place > private.setting_integer('free_vapi_numbers');
  return null;
end;
$$;
comment on function private.release_excess_numbers() is 'AFTER a downgrade to free: gives back the numbers from VAPI beyond the oldest.';

create trigger user_limits_release_excess_numbers after update of plan_type on public.user_limits
  for each row when (old.plan_type <> 'free' and new.plan_type = 'free') execute function private.release_excess_numbers();

create function public.record_phone_number_released(p_vapi_phone_id text) returns void
language sql security definer set search_path = '' as $$
  update public.phone_numbers set status = 'released' where vapi_phone_id = p_vapi_phone_id;
$$;
comment on function public.record_phone_number_released(text) is 'For the release task: VAPI confirmed that the number is gone (200 or 404). Nothing happens when the row is gone too.';

create function public.record_phone_number_gone(p_vapi_phone_id text) returns void
language sql security definer set search_path = '' as $$
  update public.phone_numbers set status = 'failed', error = 'number_gone' where vapi_phone_id = p_vapi_phone_id and status = 'active';
$$;
comment on function public.record_phone_number_gone(text) is
  'For the task that looks at a number: VAPI does not have it any more, though nobody gave it up here. Its owner may add it again.';

create function public.numbers_to_release(p_user_id uuid) returns setof text
language sql stable security definer set search_path = '' as $$
  select resource_id from public.tasks
  where user_id = p_user_id and kind = 'release_phone_number' and cancelled_at is null
    and (done_at is null or done_at > now() - private.setting_interval('number_import_patience'))
  order by created_at desc limit 20;
$$;
comment on function public.numbers_to_release(uuid) is
  'For phone-numbers, with the verified user: VAPI''s ids of the numbers that this user gave up and VAPI may still have, or had until a moment ago.';

grant execute on function public.record_phone_number_released(text), public.record_phone_number_gone(text), public.numbers_to_release(uuid) to service_role;
