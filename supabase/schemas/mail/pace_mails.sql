-- How fast mails leave. The provider's limit is for the whole project, so the next free moment is one row; a worker takes a moment of
-- its own and waits for it. When the provider says to wait, everybody does.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('mails_per_second', '2', 'number', '0.1', '1000', 'Mails that go to the provider in a second, at most. Resend''s own limit is 2 unless it was raised.'),
  ('mail_digest_window', '"10 minutes"', 'interval', '0 minutes', '1 day', 'After a mail of a kind, further ones of this kind to the same person wait this long and go as one.'),
  ('mail_patience', '"3 days"', 'interval', '1 hour', '14 days', 'How long a mail is tried while the provider is away.'),
  ('mail_key_kept_for', '"23 hours"', 'interval', '1 minute', '23 hours', 'How long the provider remembers a key: a mail that it may have taken is not sent again after that.'),
  ('message_deliveries_kept_for', '"180 days"', 'interval', '7 days', '3650 days', 'How long it is kept what became of a message; its links and its reply address work as long.');

create table private.mail_pace (
  is_the_only_row boolean primary key default true constraint there_is_one_row check (is_the_only_row),
  next_slot_at timestamptz not null default 'epoch',
  paused_until timestamptz not null default 'epoch',
  paused_for text
);
comment on table private.mail_pace is 'The next moment at which a mail may leave, and until when none may.';
comment on column private.mail_pace.paused_for is 'The provider''s code that the last pause was for.';

alter table private.mail_pace enable row level security;

create policy "nobody but the owner of the schema reads the pace" on private.mail_pace
  for all to anon, authenticated using (false) with check (false);

insert into private.mail_pace default values;

create function private.take_mail_slot(p_now timestamptz, out slot_at timestamptz, out is_taken boolean)
language plpgsql security definer set search_path = '' as $$
declare
  c_longest_wait constant interval := interval '10 seconds';
  v_pace private.mail_pace;
begin
  select * into strict v_pace from private.mail_pace for update;
  slot_at := greatest(v_pace.next_slot_at, v_pace.paused_until, p_now);
  is_taken := slot_at <= p_now + c_longest_wait;
  if is_taken then
    update private.mail_pace set next_slot_at = slot_at + interval '1 second' / private.setting_numeric('mails_per_second');
  end if;
end;
$$;
comment on function private.take_mail_slot(timestamptz) is
  'The next free moment to send a mail, which is the caller''s if it is worth waiting for (is_taken); otherwise it is when to ask again.';

create function private.pause_mails(p_until timestamptz, p_reason text) returns void
language sql security definer set search_path = '' as $$
  update private.mail_pace set paused_until = greatest(paused_until, p_until), paused_for = p_reason;
$$;
comment on function private.pause_mails(timestamptz, text) is 'Lets no mail leave before a time.';

create function public.mails_per_second() returns numeric
language sql stable security definer set search_path = '' as $$
  select private.setting_numeric('mails_per_second');
$$;
comment on function public.mails_per_second() is 'For the maintenance function: how many mails may leave in a second, and so how many places they need.';

grant execute on function public.mails_per_second() to service_role;
