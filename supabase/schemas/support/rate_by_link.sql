-- A rating by the link of a mail, without a sign-in. The token is for one resolution of one ticket and works once; only its hash is kept.
create table private.survey_tokens (
  token_hash bytea primary key,
  ticket_id uuid not null references public.support_tickets (id) on delete cascade,
  resolution_cycle integer not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
comment on table private.survey_tokens is 'SHA-256 of the tokens with which a resolution is rated by its mail. They go with their ticket.';

create index survey_tokens_ticket_id_idx on private.survey_tokens (ticket_id);

alter table private.survey_tokens enable row level security;

create policy "nobody but the owner of the schema reads survey tokens" on private.survey_tokens
  for all to anon, authenticated using (false) with check (false);

create function private.ticket_message_links(p_delivery_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_token constant text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
begin
  insert into private.survey_tokens (token_hash, ticket_id, resolution_cycle, expires_at)
  select sha256(convert_to(v_token, 'UTF8')), t.id, t.resolution_cycle, t.resolved_at + private.setting_interval('survey_window')
  from public.message_deliveries d
  join public.notifications n on n.id = d.notification_id
  join public.support_tickets t on t.id = n.subject_id and t.user_id = n.user_id
  where d.id = p_delivery_id and d.kind = 'ticket_resolved' and n.data ->> 'is_survey_invited' = 'true'
    and t.resolved_at is not null and not t.survey_completed
    -- A mail about several resolutions has no room for a rating of each.
    and not exists (select from public.message_deliveries o where o.sent_with = d.id);
  if found then
    return jsonb_build_object('survey_token', v_token);
  end if;
  return (
    select jsonb_build_object('texts', jsonb_object_agg(e.id, left(e.body, 2000)))
    from public.message_deliveries d
    join public.notifications n on n.id = d.notification_id
    join (
      select id, body from public.ticket_messages where not is_internal union all select id, body from public.ticket_replies where not is_internal
    ) e on e.id = (n.data ->> 'entry_id')::uuid
    where (d.id = p_delivery_id or d.sent_with = p_delivery_id) and d.kind = 'ticket_reply');
end;
$$;
comment on function private.ticket_message_links(uuid) is
  'What a mail about tickets carries: a token to rate the resolution that it tells, or the beginnings of the public messages that it is about.';

insert into private.domain_hooks (hook, place, domain, function_name) values
  ('message_links', 40, 'support', 'private.ticket_message_links');

-- The rules are those of a signed-in customer's rating: it is submitted as the ticket's owner.
create function public.rate_by_link(
  p_token text, p_rating integer default null, p_satisfaction public.survey_satisfaction default null, p_feedback text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_claims constant text := current_setting('request.jwt.claims', true);
  v_hash constant bytea := sha256(convert_to(p_token, 'UTF8'));
  v_ticket_id uuid;
  v_owner_id uuid;
  v_survey jsonb;
begin
  select t.id, t.user_id into v_ticket_id, v_owner_id
  from private.survey_tokens k join public.support_tickets t on t.id = k.ticket_id
  where k.token_hash = v_hash and t.resolution_cycle = k.resolution_cycle
  for no key update of t;
  if found then
    update private.survey_tokens set used_at = now()
    where token_hash = v_hash and used_at is null and expires_at > now();
  end if;
  if not found then
    perform private.refuse(404, 'survey_link_not_valid', 'This link is not valid, was used, or has expired.');
  end if;
  perform set_config('request.jwt.claims', jsonb_build_object('sub', v_owner_id, 'role', 'authenticated')::text, true);
  v_survey := private.submit_ticket_survey(v_ticket_id, p_rating, p_satisfaction, p_feedback);
  perform set_config('request.jwt.claims', coalesce(v_claims, ''), true);
  return v_survey;
end;
$$;
comment on function public.rate_by_link(text, integer, public.survey_satisfaction, text) is
  'For the function survey-link: rates the resolution that a token is for, once. A refusal uses nothing up. Refuses: 404 survey_link_not_valid, and as submit_ticket_survey.';

grant execute on function public.rate_by_link(text, integer, public.survey_satisfaction, text) to service_role;
