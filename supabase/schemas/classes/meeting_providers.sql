-- The providers of meetings. This file holds all in which they differ for the rest of the domain; what one provider alone needs,
-- such as the subscriptions of Google Meet, is in files of its own.
create type public.meeting_provider as enum ('zoom', 'google_meet');
comment on type public.meeting_provider is 'Who runs the meeting of a class.';

insert into private.settings (name, value, type, lowest, highest, description) values
  ('zoom_host_ask_after', '"3 minutes"', 'interval', '0 seconds', '1 hour', 'How long after a meeting of an unknown host is first seen Zoom is asked who its host is.'),
  ('zoom_reconcile_after', '"5 minutes"', 'interval', '0 seconds', '1 hour', 'How long after the end of a Zoom meeting its report is asked for; before that Zoom often has none.'),
  ('google_meet_reconcile_after', '"2 minutes"', 'interval', '0 seconds', '1 hour', 'How long after the end of a conference it is compared with Meet''s record.');

create table private.meeting_providers (
  provider public.meeting_provider primary key,
  comparison_task text not null,
  comparison_delay text not null,
  compares_every_meeting boolean not null,
  host_task text,
  host_delay text,
  constraint host_task_has_a_delay check ((host_task is null) = (host_delay is null))
);
comment on table private.meeting_providers is 'What is asked of each provider, and when.';
comment on column private.meeting_providers.comparison_task is 'The kind of task that compares a meeting that has ended with the provider''s record.';
comment on column private.meeting_providers.comparison_delay is 'The setting that says how long after the end that is.';
comment on column private.meeting_providers.compares_every_meeting is 'Whether a meeting of no class is compared too.';
comment on column private.meeting_providers.host_task is
  'The kind of task that asks who hosts a meeting; null for a provider that names no host.';
comment on column private.meeting_providers.host_delay is 'The setting that says how long after a meeting is first seen that is.';

alter table private.meeting_providers enable row level security;

create policy "nobody but the owner of the schema reads providers" on private.meeting_providers
  for all to anon, authenticated using (false) with check (false);

insert into private.meeting_providers
  (provider, comparison_task, comparison_delay, compares_every_meeting, host_task, host_delay) values
  ('zoom', 'reconcile_zoom_meeting', 'zoom_reconcile_after', false, 'resolve_zoom_host', 'zoom_host_ask_after'),
  ('google_meet', 'reconcile_google_meet_conference', 'google_meet_reconcile_after', true, null, null);

create function private.is_meeting_id(p_provider public.meeting_provider, p_meeting_id text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case p_provider
    when 'zoom' then p_meeting_id ~ '^[0-9]{5,20}$'
    when 'google_meet' then p_meeting_id ~ '^(spaces/[A-Za-z0-9_-]{1,128}|[a-z]{3}-[a-z]{4}-[a-z]{3})$'
    else false
  end;
end;
$$;
comment on function private.is_meeting_id(public.meeting_provider, text) is 'Whether this is a meeting''s number, code or space at a provider; null for null.';

-- People paste what calendars and Zoom show: a number in groups, with a label before it, or a link around it. Anything else is
-- left as it is, for the check to refuse: a personal link, say, names a person and no meeting.
create function private.read_meeting_id(p_provider public.meeting_provider, p_typed text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  -- Copied text brings spaces and dashes that are not ASCII, and some that cannot be seen.
  v_plain constant text := btrim(regexp_replace(regexp_replace(p_typed,
    '[\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]', ' ', 'g'), '[\u2010-\u2015\u2212]', '-', 'g'), E' \t\r\n');
  v_found text := v_plain;
begin
  if p_provider = 'zoom' then
    v_found := coalesce(
      substring(v_plain from '(?i)^(?:https?://)?(?:[a-z0-9-]+\.)*zoom(?:gov)?\.(?:us|com)/(?:j|s|w|wc|wc/join)/([0-9]+)(?:[/?#].*)?$'),
      regexp_replace(v_plain, '^(?:meeting )?id ?: ?', '', 'i'));
    v_found := regexp_replace(v_found, '[\s-]', '', 'g');
  elsif p_provider = 'google_meet' and v_plain !~ '^spaces/' then
    v_found := lower(coalesce(
      substring(v_plain from '(?i)^(?:https?://)?meet\.google\.com/(?:u/[0-9]+/)?([a-z-]+)/?(?:[?#].*)?$'), v_plain));
    v_found := regexp_replace(v_found, '^([a-z]{3})-?([a-z]{4})-?([a-z]{3})$', '\1-\2-\3');
  end if;
  return nullif(v_found, '');
end;
$$;
comment on function private.read_meeting_id(public.meeting_provider, text) is 'The number, code or space in what somebody typed or pasted; else what was typed.';

grant execute on function private.is_meeting_id(public.meeting_provider, text), private.read_meeting_id(public.meeting_provider, text)
  to authenticated, service_role;

create function private.prepare_meeting(p_provider public.meeting_provider, p_class_id uuid, p_has_new_meeting boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_provider = 'google_meet' then
    perform private.prepare_google_meet(p_class_id, p_has_new_meeting);
  end if;
end;
$$;
comment on function private.prepare_meeting(public.meeting_provider, uuid, boolean) is
  'Does what a provider needs before the meeting of a class that has another meeting, host or start.';

create function private.compare_ended_meeting(p_provider public.meeting_provider, p_instance_key text) returns uuid
language plpgsql security definer set search_path = '' as $$
begin
  return (
    select private.enqueue_task(comparison_task, p_instance_key, null, now() + private.setting_interval(comparison_delay))
    from private.meeting_providers where provider = p_provider);
end;
$$;
comment on function private.compare_ended_meeting(public.meeting_provider, text) is
  'Has a meeting that has ended compared with its provider''s record; returns the task.';
