-- What was told and about what, so that it is not told again. The notifications cannot say this, because users may delete them.
create table private.told (
  user_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null,
  about text not null,
  told_on date not null,
  times integer not null default 1 constraint times_is_positive check (times > 0),
  primary key (user_id, kind, about)
);
comment on table private.told is 'What users were told, each with what it was about. Forgotten after the setting told_kept_for.';
comment on column private.told.about is 'What tells one telling from the next, e.g. a limit, its amount and its period, or the date that was announced.';
comment on column private.told.told_on is 'The day (UTC) of the last telling.';
comment on column private.told.times is 'How often on that day.';

alter table private.told enable row level security;

create policy "nobody but the owner of the schema reads what was told" on private.told
  for all to anon, authenticated using (false) with check (false);

insert into private.settings (name, value, type, lowest, highest, description) values
  ('told_kept_for', '"400 days"', 'interval', '370 days', '3650 days', 'How long it is remembered what a user was told. Longer than any period of usage.'),
  ('told_times_a_day', '3', 'integer', '1', '100', 'How often a day what can happen again and again is told, e.g. that the last assistant is taken.');

create function private.tell_once(
  p_user_id uuid, p_kind text, p_about text, p_subject_id uuid, p_data jsonb, p_can_recur boolean default false
) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  c_today constant date := (now() at time zone 'UTC')::date;
begin
  insert into private.told as t (user_id, kind, about, told_on)
  select id, p_kind, p_about, c_today from public.profiles where id = p_user_id
  on conflict (user_id, kind, about) do update
  set told_on = c_today, times = case when t.told_on = c_today then t.times + 1 else 1 end
  where p_can_recur and (t.told_on < c_today or t.times < private.setting_integer('told_times_a_day'));
  if not found then
    return false;
  end if;
  delete from private.told
  where user_id = p_user_id and kind = p_kind
    and told_on < ((now() - private.setting_interval('told_kept_for')) at time zone 'UTC')::date;
  perform private.notify(p_user_id, p_kind, p_subject_id, p_data);
  return true;
end;
$$;
comment on function private.tell_once(uuid, text, text, uuid, jsonb, boolean) is
  'notify, unless the user was told this about the same thing. What can recur is told again, a few times a day. Says whether it told.';
