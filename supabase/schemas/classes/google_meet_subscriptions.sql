-- Google tells us the events of a space while somebody who owns it subscribes to it, for at most seven days at a time. Which
-- subscriptions there must be follows from the classes. A task brings each to that state, and a job asks for that task in time.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('google_meet_subscription_lead', '"8 days"', 'interval', '1 day', '60 days', 'A space is subscribed to so long before its next class.'),
  ('google_meet_subscription_renew_before', '"2 days"', 'interval', '1 hour', '6 days', 'A subscription is renewed so long before it expires.'),
  ('google_meet_subscription_retry', '"30 minutes"', 'interval', '1 minute', '1 day', 'How long after a wish the job repeats it.'),
  ('google_meet_subscription_check', '"1 day"', 'interval', '1 hour', '7 days', 'How often Google is asked how a subscription stands that should be in order: it may be gone, or publish elsewhere.');

create table private.google_meet_subscriptions (
  id uuid primary key default gen_random_uuid(),
  space text not null constraint space_is_a_resource check (space ~ '^spaces/'),
  host_id uuid not null references public.profiles (id) on delete cascade,
  name text constraint name_is_known_once unique,
  state text not null default 'absent' constraint state_is_known check (state in ('absent', 'active', 'suspended')),
  suspension_reason text,
  expires_at timestamptz,
  told_at timestamptz not null default '-infinity',
  asked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint host_subscribes_once_to_a_space unique (space, host_id),
  constraint subscription_is_named check (state = 'absent' or name is not null)
);
comment on table private.google_meet_subscriptions is 'Who subscribes to which space, and how it stands at Google. A row stays when its subscription lapses.';
comment on column private.google_meet_subscriptions.name is 'Google''s name of it, subscriptions/…; null when there is none.';
comment on column private.google_meet_subscriptions.told_at is 'Time of the newest word of Google on it; older words have no effect.';
comment on column private.google_meet_subscriptions.asked_at is 'When the task was last asked for.';

create index google_meet_subscriptions_host_id_idx on private.google_meet_subscriptions (host_id);

create trigger google_meet_subscriptions_touch_updated_at before update on private.google_meet_subscriptions
  for each row execute function private.touch_updated_at();

alter table private.google_meet_subscriptions enable row level security;

create policy "nobody but the owner of the schema reads subscriptions" on private.google_meet_subscriptions
  for all to anon, authenticated using (false) with check (false);

create function private.wanted_google_meet_subscriptions(p_now timestamptz) returns table (space text, host_id uuid)
language sql stable security definer set search_path = '' as $$
  select distinct c.meeting_id, c.host_id
  from public.live_classes c
  join public.profiles p on p.id = c.host_id and p.workspace_email is not null
  where c.provider = 'google_meet' and c.meeting_id ~ '^spaces/' and c.cancelled_at is null
    and c.scheduled_start < p_now + private.setting_interval('google_meet_subscription_lead')
    and c.scheduled_start > p_now - interval '1440 minutes' - private.setting_interval('class_meeting_late')
    and c.scheduled_end > p_now - private.setting_interval('class_meeting_late');
$$;
comment on function private.wanted_google_meet_subscriptions(timestamptz) is
  'Space and host of every class that is near: until its window closes, for hosts with a Workspace address.';

create function private.ask_google_meet_subscription(p_id uuid, p_now timestamptz) returns uuid
language sql security definer set search_path = '' as $$
  update private.google_meet_subscriptions set asked_at = p_now where id = p_id;
  select private.enqueue_task('sync_google_meet_subscription', p_id::text, null, p_now);
$$;
comment on function private.ask_google_meet_subscription(uuid, timestamptz) is 'Asks for a subscription to be brought to the state that the classes want.';

create function private.subscribe_to_google_meet_class(p_space text, p_host_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into private.google_meet_subscriptions (space, host_id)
  select w.space, w.host_id from private.wanted_google_meet_subscriptions(now()) w
  where w.space = p_space and w.host_id = p_host_id
  on conflict on constraint host_subscribes_once_to_a_space do nothing
  returning id into v_id;
  if v_id is not null then
    perform private.ask_google_meet_subscription(v_id, now());
  end if;
end;
$$;
comment on function private.subscribe_to_google_meet_class(text, uuid) is
  'Subscribes to the space of a class at once when the class is near. The job sees to all others.';

create function private.renew_google_meet_subscriptions(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_batch constant integer := 500;
  v_count integer;
begin
  insert into private.google_meet_subscriptions (space, host_id)
  select w.space, w.host_id from private.wanted_google_meet_subscriptions(p_now) w
  on conflict on constraint host_subscribes_once_to_a_space do nothing;

  select count(private.ask_google_meet_subscription(s.id, p_now)) into v_count
  from (
    select s.id
    from private.google_meet_subscriptions s
    left join private.wanted_google_meet_subscriptions(p_now) w on w.space = s.space and w.host_id = s.host_id
    where (s.asked_at is null or s.asked_at <= p_now - private.setting_interval('google_meet_subscription_retry'))
      and case when w.space is null then s.state <> 'absent'
        else s.state <> 'active' or s.expires_at < p_now + private.setting_interval('google_meet_subscription_renew_before')
          or s.asked_at < p_now - private.setting_interval('google_meet_subscription_check') end
    order by s.expires_at nulls first
    limit c_batch
  ) s;
  return v_count;
end;
$$;
comment on function private.renew_google_meet_subscriptions(timestamptz) is
  'Job: asks for subscriptions that are missing, about to expire, suspended, expired, or no longer needed, and once a day for all others.';

create function public.google_meet_subscription(p_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('space', s.space, 'subject', p.workspace_email, 'name', s.name,
    'is_wanted', exists (select from private.wanted_google_meet_subscriptions(now()) w where w.space = s.space and w.host_id = s.host_id),
    'renew_before', now() + private.setting_interval('google_meet_subscription_renew_before'), 'asked_at', now())
  from private.google_meet_subscriptions s join public.profiles p on p.id = s.host_id
  where s.id = p_id;
$$;
comment on function public.google_meet_subscription(uuid) is
  'For the maintenance function: {space, subject|null, name|null, is_wanted, renew_before, asked_at} of a subscription; null when it is gone.';

grant execute on function public.google_meet_subscription(uuid) to service_role;

-- Google was asked some time ago. What has happened since may be told after this is written, and it counts.
create function public.note_google_meet_subscription(
  p_id uuid, p_asked_at timestamptz, p_name text default null, p_state text default 'absent', p_expires_at timestamptz default null,
  p_reason text default null
) returns void
language sql security definer set search_path = '' as $$
  update private.google_meet_subscriptions
  set name = p_name, state = p_state, expires_at = p_expires_at, suspension_reason = p_reason, told_at = p_asked_at
  where id = p_id;
$$;
comment on function public.note_google_meet_subscription(uuid, timestamptz, text, text, timestamptz, text) is
  'For the maintenance function: how a subscription stands at Google, asked at that time: absent, active or suspended.';

grant execute on function public.note_google_meet_subscription(uuid, timestamptz, text, text, timestamptz, text) to service_role;

create function private.apply_meeting_subscription(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  update private.google_meet_subscriptions
  set told_at = (p_event ->> 'occurred_at')::timestamptz,
    name = case when p_event ->> 'kind' = 'meeting_subscription_expired' then null else name end,
    state = case p_event ->> 'kind' when 'meeting_subscription_expired' then 'absent'
      when 'meeting_subscription_suspended' then 'suspended' else state end,
    suspension_reason = coalesce(p_event ->> 'reason', suspension_reason),
    expires_at = coalesce((p_event ->> 'expires_at')::timestamptz, expires_at)
  where name = p_event ->> 'subscription' and told_at < (p_event ->> 'occurred_at')::timestamptz
  returning id into v_id;
  if v_id is null then
    return 'ignored';
  end if;
  perform private.ask_google_meet_subscription(v_id, p_now);
  return 'applied';
end;
$$;
comment on function private.apply_meeting_subscription(uuid, jsonb, timestamptz) is
  'Event {kind: meeting_subscription_suspended|expiring|expired, subscription, expires_at|null, reason|null}; the task then asks Google how it stands.';

insert into private.event_handlers (kind, function_name) values
  ('meeting_subscription_suspended', 'private.apply_meeting_subscription'),
  ('meeting_subscription_expiring', 'private.apply_meeting_subscription'),
  ('meeting_subscription_expired', 'private.apply_meeting_subscription');

select private.schedule_job('renew_google_meet_subscriptions', '*/10 * * * *', 'private.renew_google_meet_subscriptions',
  'subscribes to the spaces of near classes, renews and revives subscriptions');
