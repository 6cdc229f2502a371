create function private.release_excess_numbers(p_old public.user_limits, p_new public.user_limits) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_new.plan_type = 'free' then
    delete from public.phone_numbers n
    using (
      select id, row_number() over (order by created_at, id) as place
      from public.phone_numbers
      where user_id = p_new.user_id and provider = 'vapi' and status in ('importing', 'active')
    ) ranked
    where n.id = ranked.id and ranked.place > private.setting_integer('free_vapi_numbers');
  end if;
end;
$$;
comment on function private.release_excess_numbers(public.user_limits, public.user_limits) is
  'When the plan is now free, gives back the numbers from VAPI beyond the oldest.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('plan_changed', 20, 'voice', 'private.release_excess_numbers');

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
