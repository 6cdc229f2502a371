-- One rating per resolution cycle. Written through submit_ticket_survey only.
create table public.ticket_surveys (
  id uuid primary key default gen_random_uuid(),
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  user_id uuid not null,
  resolution_cycle integer not null,
  agent_id uuid references public.profiles (id) on delete set null,
  rating smallint constraint rating_is_1_to_5 check (rating between 1 and 5),
  satisfaction public.survey_satisfaction,
  feedback text
    constraint feedback_is_1_to_2000_characters check (char_length(feedback) between 1 and 2000 and feedback ~ '\S'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint one_survey_per_resolution unique (ticket_id, resolution_cycle),
  constraint survey_has_a_rating_or_a_satisfaction check (num_nonnulls(rating, satisfaction) > 0)
);
comment on table public.ticket_surveys is 'How customers rate resolutions: at most one row per resolution cycle of a ticket.';
comment on column public.ticket_surveys.user_id is 'The ticket''s owner, who alone may rate.';
comment on column public.ticket_surveys.agent_id is 'Who was assigned when it was rated: whose resolution it was.';

create index ticket_surveys_user_id_idx on public.ticket_surveys (user_id);
create index ticket_surveys_agent_id_idx on public.ticket_surveys (agent_id) where agent_id is not null;
create index ticket_surveys_created_at_idx on public.ticket_surveys (created_at);

alter table public.ticket_surveys enable row level security;

create policy "owners read the surveys of their tickets, support staff all" on public.ticket_surveys
  for select to authenticated
  using (user_id >= (select private.first_readable_owner()) and user_id <= (select private.last_readable_owner()));

create policy "owners edit their own surveys" on public.ticket_surveys
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

grant select on public.ticket_surveys to authenticated, service_role;
grant update (rating, satisfaction, feedback) on public.ticket_surveys to authenticated;

create function private.ticket_surveys_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.updated_at := now();
  -- A foreign key that forgets the agent edits nothing.
  if (new.rating, new.satisfaction, new.feedback) is not distinct from (old.rating, old.satisfaction, old.feedback)
    and new.agent_id is distinct from old.agent_id then
    return new;
  end if;
  if auth.uid() is not null and now() > old.created_at + private.setting_interval('survey_editable_for') then
    perform private.refuse(409, 'survey_not_editable', 'This rating can no longer be changed.');
  end if;
  new.feedback := nullif(btrim(new.feedback), '');
  return new;
end;
$$;
comment on function private.ticket_surveys_guard() is 'Lets customers change a rating of theirs for a short while only.';

create trigger ticket_surveys_guard before update on public.ticket_surveys
  for each row execute function private.ticket_surveys_guard();
