-- How often a user may do a thing. Fixed windows, one row per (user, kind, window), taken by one conditional write,
-- so that parallel requests end in exactly the limit. Never refunded; who acts as support staff is exempt.
create table private.rate_limits (
  kind text primary key constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]*$'),
  max_count integer not null constraint max_count_is_positive check (max_count > 0),
  per interval not null constraint window_is_a_minute_to_a_week check (per between interval '1 minute' and interval '7 days')
);
comment on table private.rate_limits is 'How many of a kind a user may do per window. Windows start at whole multiples since 2000-01-01 UTC.';

alter table private.rate_limits enable row level security;

create policy "nobody but the owner of the schema reads rate limits" on private.rate_limits
  for all to anon, authenticated using (false) with check (false);

insert into private.rate_limits (kind, max_count, per) values
  ('tickets', 20, '1 day'),
  ('messages', 120, '1 hour'),
  ('uploads', 60, '1 hour'),
  ('rosters', 120, '1 hour'),
  ('deletion_requests', 5, '1 day');

create table private.rate_windows (
  user_id uuid not null,
  kind text not null references private.rate_limits (kind) on delete cascade,
  window_start timestamptz not null,
  taken integer not null constraint taken_is_positive check (taken > 0),
  primary key (user_id, kind, window_start)
);
comment on table private.rate_windows is 'What users have taken of their current windows; a new window replaces the one before. They go with the profile.';

create index rate_windows_kind_idx on private.rate_windows (kind);

alter table private.rate_windows enable row level security;

create policy "nobody but the owner of the schema reads rate windows" on private.rate_windows
  for all to anon, authenticated using (false) with check (false);

create function private.take_rate(p_user_id uuid, p_kind text, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c_origin constant timestamptz := timestamptz '2000-01-01 00:00:00+00';
  v_limit private.rate_limits;
  v_window_start timestamptz;
  v_taken integer;
begin
  select * into strict v_limit from private.rate_limits where kind = p_kind;
  if private.acts_as_staff(p_user_id) or not exists (select from auth.users where id = p_user_id) then
    return;
  end if;
  v_window_start := date_bin(v_limit.per, p_now, c_origin);

  insert into private.rate_windows as w (user_id, kind, window_start, taken)
  values (p_user_id, p_kind, v_window_start, 1)
  on conflict (user_id, kind, window_start) do update set taken = w.taken + 1 where w.taken < v_limit.max_count
  returning taken into v_taken;

  if v_taken is null then
    perform private.refuse_until(429, 'rate_limited', 'There were too many requests; try again later.',
      ceil(extract(epoch from v_window_start + v_limit.per - p_now))::integer);
  elsif v_taken = 1 then
    delete from private.rate_windows where user_id = p_user_id and kind = p_kind and window_start < v_window_start;
  end if;
end;
$$;
comment on function private.take_rate(uuid, text, timestamptz) is
  'Takes one of a kind from the user''s current window: 429 rate_limited with Retry-After when it is used up. '
  'Free for who acts as an agent or admin and for a profile that is gone; an unknown kind is a programming error (P0002).';
