-- What a person chose about a kind of notification and a channel. Without a row the kind's default holds.
create table public.notification_preferences (
  user_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null references private.notification_kinds (kind) on update cascade on delete cascade,
  channel public.message_channel not null,
  is_enabled boolean not null,
  updated_at timestamptz not null default now(),
  primary key (user_id, kind, channel)
);
comment on table public.notification_preferences is 'Choices of people: whether a kind of notification reaches them over a channel.';

create index notification_preferences_kind_idx on public.notification_preferences (kind);

alter table public.notification_preferences enable row level security;

create policy "owners read their own preferences" on public.notification_preferences
  for select to authenticated using (user_id = (select auth.uid()));

grant select on public.notification_preferences to authenticated, service_role;

create function private.notification_preferences_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not new.is_enabled and exists (select from private.notification_kinds where kind = new.kind and is_required) then
    perform private.refuse(409, 'notification_required', 'This has to be told and cannot be turned off.');
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.notification_preferences_guard() is 'Refuses to turn off what has to be told: 409 notification_required. Stamps updated_at.';

create trigger notification_preferences_guard before insert or update on public.notification_preferences
  for each row execute function private.notification_preferences_guard();

create function private.wants_message(p_user_id uuid, p_kind text, p_channel public.message_channel) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select k.is_required or coalesce(p.is_enabled, k.is_sent_by_default)
    from private.notification_kinds k
    left join public.notification_preferences p on p.user_id = p_user_id and p.kind = k.kind and p.channel = p_channel
    where k.kind = p_kind);
end;
$$;
comment on function private.wants_message(uuid, text, public.message_channel) is
  'Whether a kind of notification is to reach a user over a channel; null for a kind that leaves the product over none.';

create function private.choose_notification(p_user_id uuid, p_kind text, p_channel public.message_channel, p_is_enabled boolean)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_kind private.notification_kinds;
begin
  select * into v_kind from private.notification_kinds where kind = p_kind;
  if not found then
    perform private.refuse(404, 'unknown_notification_kind', 'There is no such kind of notification.');
  end if;
  insert into public.notification_preferences as p (user_id, kind, channel, is_enabled)
  values (p_user_id, p_kind, p_channel, p_is_enabled)
  on conflict (user_id, kind, channel) do update set is_enabled = excluded.is_enabled;
  return jsonb_build_object('kind', p_kind, 'channel', p_channel, 'is_enabled', p_is_enabled, 'is_required', v_kind.is_required);
end;
$$;
comment on function private.choose_notification(uuid, text, public.message_channel, boolean) is
  'Writes what a user chose. 404 unknown_notification_kind, 409 notification_required.';

create function private.set_notification_preference(p_kind text, p_channel public.message_channel, p_is_enabled boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_kind is null or p_channel is null or p_is_enabled is null then
    perform private.refuse(422, 'invalid_input', 'A preference names a kind, a channel and whether it is on.');
  end if;
  return private.choose_notification(auth.uid(), p_kind, p_channel, p_is_enabled);
end;
$$;
comment on function private.set_notification_preference(text, public.message_channel, boolean) is 'What the caller chooses for themselves.';

create function public.set_notification_preference(p_kind text, p_channel public.message_channel, p_is_enabled boolean) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.set_notification_preference(p_kind, p_channel, p_is_enabled);
$$;
comment on function public.set_notification_preference(text, public.message_channel, boolean) is
  'Turns a kind of notification on or off for the caller, over one channel; it holds for what is queued as well. Refuses: 404 '
  'unknown_notification_kind, 409 notification_required.';

create function private.notification_settings() returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'channel', c.channel, 'is_required', k.is_required,
    'is_enabled', private.wants_message((select auth.uid()), k.kind, c.channel)) order by k.kind, c.channel), '[]')
  from private.notification_kinds k cross join unnest(enum_range(null::public.message_channel)) c (channel);
$$;
comment on function private.notification_settings() is 'Every kind and channel, and whether it is on for the caller.';

create function public.notification_settings() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.notification_settings();
$$;
comment on function public.notification_settings() is 'Every kind of notification that leaves the product, by channel: [{kind, channel, is_enabled, is_required}].';

grant execute on function
  private.set_notification_preference(text, public.message_channel, boolean), public.set_notification_preference(text, public.message_channel, boolean),
  private.notification_settings(), public.notification_settings()
  to authenticated;

create view private.exported_preferences with (security_invoker = true) as
  select user_id as person, kind, channel, to_jsonb(p) - 'user_id' as data from public.notification_preferences p;

comment on view private.exported_preferences is 'What a user chose about kinds of notifications.';

insert into private.export_sections (domain, section, view_name) values
  ('accounts', 'preferences', 'private.exported_preferences');
