-- Mails that came to the desk, and what became of each. The whole mail is kept for a while, for agents alone: what is said in a ticket is
-- only what its sender wrote anew.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('mails_from_strangers_are_held', '1', 'integer', '0', '1', '1: a mail from an address that nobody confirmed is held for an agent; 0: it is refused.'),
  ('mails_per_address_per_hour', '20', 'integer', '1', '1000', 'Mails of one address in an hour that may have an effect; further ones are ignored.'),
  ('held_mails_at_most', '1000', 'integer', '1', '100000', 'Mails that wait for an agent at a time; further ones are refused.'),
  ('received_mails_kept_for', '"180 days"', 'interval', '1 day', '3650 days', 'How long a received mail is kept; what it said in a ticket stays there.');

create table public.received_mails (
  id uuid primary key default gen_random_uuid(),
  provider_id text not null constraint mail_is_received_once unique,
  state public.received_mail_state not null default 'waiting',
  reason text constraint reason_is_snake_case check (reason ~ '^[a-z][a-z0-9_]*$'),
  from_address text constraint address_is_lower_case check (from_address = lower(from_address)),
  subject text,
  header_message_id text,
  authentication text constraint authentication_is_known check (authentication in ('pass', 'fail', 'none')),
  words text,
  body text,
  html text,
  headers jsonb,
  is_cut boolean not null default false,
  file_count integer not null default 0,
  user_id uuid references public.profiles (id) on delete cascade,
  delivery_id uuid references public.message_deliveries (id) on delete set null,
  ticket_id uuid references public.support_tickets (id) on delete cascade,
  entry_id uuid,
  opens_ticket boolean not null default false,
  decided_by uuid references public.profiles (id) on delete set null,
  settled_at timestamptz,
  received_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint entry_is_of_the_ticket
    foreign key (entry_id, ticket_id) references public.ticket_messages (id, ticket_id) on update cascade on delete cascade,
  constraint settled_mail_says_when check ((state = 'waiting') = (settled_at is null)),
  constraint mail_without_effect_says_why check (state in ('waiting', 'posted', 'opened') or reason is not null),
  constraint mail_with_effect_has_a_ticket check (state not in ('posted', 'opened') or ticket_id is not null)
);
comment on table public.received_mails is 'One row for each mail that the provider received for us. For support staff.';
comment on column public.received_mails.provider_id is 'The provider''s id of the mail: a mail that is told twice is one.';
comment on column public.received_mails.reason is 'A code: why it had no effect, or why an agent has to decide.';
comment on column public.received_mails.from_address is 'Whom it claims to be from.';
comment on column public.received_mails.authentication is 'What a receiver that we trust says of that claim: pass, fail; none: nobody says anything.';
comment on column public.received_mails.words is 'What its sender wrote anew: the text without what it quotes.';
comment on column public.received_mails.body is 'The whole text, as far as it is kept.';
comment on column public.received_mails.html is 'The whole HTML, as its sender wrote it. It is never to be shown as a page.';
comment on column public.received_mails.headers is 'Its headers from the top: [[name, value], …].';
comment on column public.received_mails.is_cut is 'Whether the mail is longer than what is kept.';
comment on column public.received_mails.user_id is 'Who speaks in it; null for a stranger, and while nobody knows.';
comment on column public.received_mails.delivery_id is 'The message of ours that it answers.';
comment on column public.received_mails.entry_id is 'The message of the ticket that it became.';
comment on column public.received_mails.opens_ticket is 'Whether its ticket was opened by it.';
comment on column public.received_mails.decided_by is 'The agent who accepted or discarded it.';

create index received_mails_state_idx on public.received_mails (state, received_at, id);
create index received_mails_from_address_idx on public.received_mails (from_address, created_at);
create index received_mails_user_id_idx on public.received_mails (user_id, created_at, id) where user_id is not null;
create index received_mails_delivery_id_idx on public.received_mails (delivery_id) where delivery_id is not null;
create index received_mails_ticket_id_idx on public.received_mails (ticket_id) where ticket_id is not null;
create index received_mails_entry_id_idx on public.received_mails (entry_id, ticket_id) where entry_id is not null;
create index received_mails_decided_by_idx on public.received_mails (decided_by) where decided_by is not null;
create index received_mails_created_at_idx on public.received_mails (created_at);

alter table public.received_mails enable row level security;

create policy "support staff read received mails" on public.received_mails
  for select to authenticated
  using ((select private.is_support_staff()));

grant select on public.received_mails to authenticated, service_role;

create function private.forget_received_mails(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_batch constant integer := private.setting_integer('support_job_batch_size');
  v_before constant timestamptz := p_now - private.setting_interval('received_mails_kept_for');
  v_rows integer;
begin
  delete from public.received_mails where id = any (array(
    select id from public.received_mails where created_at < v_before
    order by created_at limit v_batch
    for update skip locked));
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.forget_received_mails(timestamptz) is 'Job: deletes mails that came long ago.';

select private.schedule_job('forget_received_mails', '47 * * * *', 'private.forget_received_mails', 'Delete received mails after 180 days.');

create view private.exported_received_mails with (security_invoker = true) as
  select user_id as person, created_at, id,
    to_jsonb(m) - array['user_id', 'provider_id', 'headers', 'html', 'authentication', 'delivery_id', 'decided_by'] as data
  from public.received_mails m;
comment on view private.exported_received_mails is 'Mails of a user to the desk, and what became of them.';

insert into private.export_sections (domain, section, view_name) values ('support', 'received_mails', 'private.exported_received_mails');
