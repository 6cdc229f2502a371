-- The owner rates each resolution once, within four weeks of it, and can change the rating for a quarter of an hour.
-- The ticket's row is the lock, so that of two at once one is a survey and the other a refusal.
create function private.submit_ticket_survey(
  p_ticket_id uuid, p_rating integer, p_satisfaction public.survey_satisfaction, p_feedback text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_party public.ticket_party;
  v_ticket public.support_tickets;
  v_survey public.ticket_surveys;
begin
  select private.ticket_party_of(user_id, auth.uid()) into v_party from public.support_tickets where id = p_ticket_id;
  if v_party is null then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  elsif v_party <> 'customer' then
    perform private.refuse(403, 'survey_is_for_the_owner', 'Only the customer of a ticket can rate it.');
  elsif p_rating is null and p_satisfaction is null then
    perform private.refuse(422, 'survey_empty', 'A survey needs a rating or a satisfaction.');
  end if;

  select * into v_ticket from public.support_tickets where id = p_ticket_id for no key update;
  if not found then
    perform private.refuse(404, 'ticket_not_found', 'There is no such ticket.');
  elsif v_ticket.merged_into is not null then
    perform private.refuse(409, 'ticket_merged', 'The ticket was merged into another one.', jsonb_build_object('merged_into', v_ticket.merged_into));
  elsif not private.is_ticket_finished(v_ticket.status) then
    perform private.refuse(409, 'survey_before_resolution', 'A ticket can be rated once it is resolved.');
  elsif now() > coalesce(v_ticket.resolved_at, v_ticket.closed_at) + private.setting_interval('survey_window') then
    perform private.refuse(409, 'survey_window_over', 'It is too late to rate this resolution.');
  end if;

  insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, agent_id, rating, satisfaction, feedback)
  values (v_ticket.id, v_ticket.user_id, v_ticket.resolution_cycle, v_ticket.assigned_to, p_rating, p_satisfaction,
    nullif(btrim(p_feedback), ''))
  on conflict (ticket_id, resolution_cycle) do nothing
  returning * into v_survey;
  if v_survey.id is null then
    perform private.refuse(409, 'survey_already_submitted', 'This resolution is rated already.');
  end if;
  update public.support_tickets set survey_completed = true where id = v_ticket.id;
  return to_jsonb(v_survey) - 'user_id' || jsonb_build_object('editable_until',
    v_survey.created_at + private.setting_interval('survey_editable_for'));
end;
$$;
comment on function private.submit_ticket_survey(uuid, integer, public.survey_satisfaction, text) is 'Rates the current resolution of a ticket, if the caller owns the ticket.';

create function public.submit_ticket_survey(
  p_ticket_id uuid, p_rating integer default null, p_satisfaction public.survey_satisfaction default null, p_feedback text default null
) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.submit_ticket_survey(p_ticket_id, p_rating, p_satisfaction, p_feedback);
$$;
comment on function public.submit_ticket_survey(uuid, integer, public.survey_satisfaction, text) is
  'Rates the current resolution of the caller''s own ticket. Refusals: ticket_not_found, survey_is_for_the_owner, survey_empty, '
  'survey_before_resolution, survey_window_over, survey_already_submitted.';

create function public.ticket_survey(p_ticket_id uuid) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'ticket_id', t.id, 'status', t.status, 'resolution_cycle', t.resolution_cycle, 'survey_completed', t.survey_completed,
    'is_open', coalesce(t.user_id = (select auth.uid()), false) and not t.survey_completed and t.merged_into is null
      and coalesce(now() <= coalesce(t.resolved_at, t.closed_at) + private.setting_interval('survey_window'), false),
    'open_until', coalesce(t.resolved_at, t.closed_at) + private.setting_interval('survey_window'),
    'surveys', (
      select coalesce(jsonb_agg(to_jsonb(s) - 'user_id' || jsonb_build_object('editable_until',
        s.created_at + private.setting_interval('survey_editable_for')) order by s.resolution_cycle desc), '[]')
      from public.ticket_surveys s where s.ticket_id = t.id))
  from public.support_tickets t where t.id = p_ticket_id;
$$;
comment on function public.ticket_survey(uuid) is
  'A ticket''s ratings, newest first, and whether the caller can rate the current resolution. Null for a ticket that the caller does not see.';

grant execute on function private.submit_ticket_survey(uuid, integer, public.survey_satisfaction, text),
  public.submit_ticket_survey(uuid, integer, public.survey_satisfaction, text) to authenticated;

grant execute on function public.ticket_survey(uuid) to authenticated, service_role;
