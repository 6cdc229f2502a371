-- A person's classes for their calendar program, by a link that works without a sign-in until it is replaced or revoked.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('calendar_past', '"90 days"', 'interval', '0 seconds', '10 years', 'Classes that ended longer ago are not in calendars.'),
  ('calendar_ahead', '"400 days"', 'interval', '1 day', '10 years', 'Classes that begin later than that are not in calendars yet.'),
  ('calendar_most_classes', '500', 'integer', '1', '2000', 'The most classes in a calendar: those that are not over come first, then the nearest.');

insert into private.rate_limits (kind, max_count, per) values ('calendar_reads', 240, '1 hour');

create table private.calendar_links (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  token_hash bytea not null constraint calendar_token_is_one_persons unique,
  created_at timestamptz not null default now()
);
comment on table private.calendar_links is 'SHA-256 of the token of a person''s calendar link; one for each person.';

alter table private.calendar_links enable row level security;

create policy "nobody but the owner of the schema reads calendar links" on private.calendar_links
  for all to anon, authenticated using (false) with check (false);

create view private.exported_calendar_link with (security_invoker = true) as
  select profile_id as person, profile_id, to_jsonb(l) - array['profile_id', 'token_hash'] as data from private.calendar_links l;
comment on view private.exported_calendar_link is 'That a person has a link to their calendar, and since when.';

insert into private.export_sections (domain, section, view_name) values ('classes', 'calendar_link', 'private.exported_calendar_link');

create function private.create_calendar_link() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_token constant text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
  perform from public.profiles where id = auth.uid() for key share;
  if not found then
    perform private.refuse(404, 'account_not_found', 'There is no such account.');
  end if;
  case private.account_problem(auth.uid(), now())
    when 'account_closing' then perform private.refuse(409, 'account_closing', 'The account is being closed.');
    when 'account_suspended' then perform private.refuse(403, 'account_suspended', 'The account is suspended.');
    else null;
  end case;
  insert into private.calendar_links (profile_id, token_hash) values (auth.uid(), sha256(convert_to(v_token, 'UTF8')))
  on conflict (profile_id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at;
  return jsonb_build_object('token', v_token, 'created_at', now());
end;
$$;
comment on function private.create_calendar_link() is
  'Gives the caller a calendar link in place of the one before. An expired trial has one too: classes go on.';

create function private.calendar_link() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('created_at', (select created_at from private.calendar_links where profile_id = auth.uid()));
$$;
comment on function private.calendar_link() is 'Since when the caller has a calendar link; null without one.';

create function private.revoke_calendar_link() returns void
language sql security definer set search_path = '' as $$
  delete from private.calendar_links where profile_id = auth.uid();
$$;
comment on function private.revoke_calendar_link() is 'Ends the caller''s calendar link.';

-- What changes what a calendar shows of a class: its plan, its link, and that the time of the link begins or ends.
create function private.calendar_classes(p_profile_id uuid, p_now timestamptz)
returns table (
  id uuid, title text, description text, starts_at timestamptz, ends_at timestamptz, is_cancelled boolean, revision integer,
  revised_at timestamptz, created_at timestamptz, join_url text
)
language sql stable security definer set search_path = '' as $$
  with mine (id) as (
    select h.id from public.live_classes h
    where h.host_id = p_profile_id and private.acting_role(p_profile_id) in ('teacher', 'admin')
    union
    select e.live_class_id from public.class_enrollments e where e.profile_id = p_profile_id
  )
  select c.id, c.title, left(c.description, 1000), c.scheduled_start, c.scheduled_end, c.status = 'cancelled', c.revision,
    greatest(c.revised_at, l.updated_at, (
      select max(t) from unnest(array[c.scheduled_start - private.setting_interval('join_link_opens_before'), c.scheduled_end, c.actual_end_time]) t
      where t <= p_now and l.join_url is not null)),
    c.created_at,
    case when private.is_join_window_open(c.status, c.scheduled_start, c.scheduled_end, p_now) then l.join_url end
  from mine
  join public.live_classes c on c.id = mine.id
  left join public.class_join_links l on l.live_class_id = c.id
  where c.scheduled_end > p_now - private.setting_interval('calendar_past')
    and c.scheduled_start < p_now + private.setting_interval('calendar_ahead')
  order by c.scheduled_end <= p_now, abs(extract(epoch from c.scheduled_start - p_now)), c.id
  limit private.setting_integer('calendar_most_classes');
$$;
comment on function private.calendar_classes(uuid, timestamptz) is
  'What a person''s calendar shows at that time: classes that they host or are enrolled in. The host gets the link in its time too, because programs and their makers read it.';

create function private.read_calendar(p_token text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_profile_id constant uuid := (
    select profile_id from private.calendar_links where token_hash = sha256(convert_to(p_token, 'UTF8')));
begin
  if private.acting_role(v_profile_id) is null then
    perform private.refuse(404, 'calendar_link_not_valid', 'This link is not valid, or it was revoked.');
  end if;
  perform private.take_rate(v_profile_id, 'calendar_reads', p_now);
  return (
    select coalesce(jsonb_agg(to_jsonb(k) order by k.starts_at, k.id), '[]') from private.calendar_classes(v_profile_id, p_now) k);
end;
$$;
comment on function private.read_calendar(text, timestamptz) is
  'What the calendar of a token''s person shows. A barred person''s link is as none, and holds again once they act again.';

create function public.create_calendar_link() returns jsonb
language sql security invoker set search_path = '' as $$
  select private.create_calendar_link();
$$;
comment on function public.create_calendar_link() is
  'Makes the caller''s calendar link: {token, created_at}. The token is shown this once, and the one before ends. '
  '403 account_suspended, 404 account_not_found, 409 account_closing.';

create function public.calendar_link() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.calendar_link();
$$;
comment on function public.calendar_link() is 'Since when the caller has a calendar link: {created_at}, which is null without one.';

create function public.revoke_calendar_link() returns void
language sql security invoker set search_path = '' as $$
  select private.revoke_calendar_link();
$$;
comment on function public.revoke_calendar_link() is 'Ends the caller''s calendar link. Without one it changes nothing.';

create function public.read_calendar(p_token text) returns jsonb
language sql security definer set search_path = '' as $$
  select private.read_calendar(p_token, now());
$$;
comment on function public.read_calendar(text) is
  'For the function calendar: the classes of the person whom a token is of. Refuses: 404 calendar_link_not_valid, 429 rate_limited.';

grant execute on function public.create_calendar_link(), private.create_calendar_link(), public.calendar_link(), private.calendar_link(),
  public.revoke_calendar_link(), private.revoke_calendar_link() to authenticated;
grant execute on function public.read_calendar(text) to service_role;
