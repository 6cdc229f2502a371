-- Answers that the desk writes again and again, by team: a category, or everybody's.
create table public.saved_replies (
  id uuid primary key default gen_random_uuid(),
  team public.ticket_category,
  title text not null constraint title_is_1_to_100_characters check (char_length(title) between 1 and 100 and title = btrim(title)),
  body text not null
    constraint body_is_1_to_10000_characters check (char_length(body) between 1 and private.max_text_characters() and body ~ '\S')
    constraint placeholders_are_known
      check (regexp_replace(body, '\{\{(customer_name|agent_name|ticket_number|subject)\}\}', '', 'g') !~ '\{\{|\}\}'),
  written_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint title_is_a_teams_own unique nulls not distinct (team, title)
);
comment on table public.saved_replies is 'Texts for support staff to answer with. Placeholders: {{customer_name}}, {{agent_name}}, {{ticket_number}}, {{subject}}.';
comment on column public.saved_replies.team is 'The category whose agents use it; null for all of the desk.';

create index saved_replies_written_by_idx on public.saved_replies (written_by) where written_by is not null;

alter table public.saved_replies enable row level security;

create policy "support staff read saved replies" on public.saved_replies
  for select to authenticated using ((select private.is_support_staff()));

create policy "support staff write saved replies" on public.saved_replies
  for insert to authenticated with check ((select private.is_support_staff()));

create policy "support staff change saved replies" on public.saved_replies
  for update to authenticated using ((select private.is_support_staff())) with check ((select private.is_support_staff()));

create policy "support staff delete saved replies" on public.saved_replies
  for delete to authenticated using ((select private.is_support_staff()));

grant select, insert (team, title, body), update (team, title, body), delete on public.saved_replies to authenticated;
grant select on public.saved_replies to service_role;

create trigger saved_replies_touch_updated_at before update on public.saved_replies
  for each row execute function private.touch_updated_at();

-- All placeholders at once: what a name or a subject says is not read as a placeholder again.
create function private.fill_saved_reply(p_saved_reply_id uuid, p_ticket_id uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_values jsonb;
  v_text text;
begin
  if not private.is_support_staff() then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  select jsonb_build_object('customer_name', coalesce(customer.full_name, ''), 'ticket_number', t.ticket_number, 'subject', t.subject,
    'agent_name', coalesce((select full_name from public.profiles where id = auth.uid()), ''))
  into v_values
  from public.support_tickets t join public.profiles customer on customer.id = t.user_id where t.id = p_ticket_id;
  if v_values is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  end if;
  select string_agg(case when part.place % 2 = 1 then part.text else v_values ->> part.text end, '' order by part.place) into v_text
  from public.saved_replies r cross join regexp_split_to_table(r.body, '\{\{|\}\}') with ordinality part (text, place)
  where r.id = p_saved_reply_id;
  if v_text is null then
    perform private.refuse(404, 'saved_reply_not_found', 'There is no such saved reply.');
  end if;
  return v_text;
end;
$$;
comment on function private.fill_saved_reply(uuid, uuid) is 'A saved reply with the names and words of a ticket, if the caller is support staff.';

create function public.fill_saved_reply(p_saved_reply_id uuid, p_ticket_id uuid) returns text
language sql stable security invoker set search_path = '' as $$
  select private.fill_saved_reply(p_saved_reply_id, p_ticket_id);
$$;
comment on function public.fill_saved_reply(uuid, uuid) is
  'For support staff: the text of a saved reply for a ticket, to be read and sent. 403 support_staff_only, 404 ticket_not_found, 404 saved_reply_not_found.';

grant execute on function public.fill_saved_reply(uuid, uuid), private.fill_saved_reply(uuid, uuid) to authenticated;
