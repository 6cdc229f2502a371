-- Who may rate what, when, and how often: each refusal has a code of its own.
begin;
select plan(24);
insert into auth.users (id, email) values
  ('10000000-0000-4000-8000-000000000001', 'owner@surveys.test'), ('10000000-0000-4000-8000-000000000002', 'agent@surveys.test'),
  ('10000000-0000-4000-8000-000000000003', 'other@surveys.test');
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000002';
insert into public.support_tickets (id, user_id, subject, description, assigned_to)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'Help', 'It broke.', '10000000-0000-4000-8000-000000000002');

create function pg_temp.put(p_status public.ticket_status, p_since interval default '1 day') returns void language plpgsql as $$
begin
  alter table public.support_tickets disable trigger user;
  update public.support_tickets set status = p_status, resolved_at = case when p_status = 'resolved' then now() - p_since end,
    closed_at = case when p_status = 'closed' then now() - p_since end;
  alter table public.support_tickets enable trigger user;
end;
$$;
-- The code of the refusal, or "rated".
create function pg_temp.rate(p_user text, p_rating integer, p_satisfaction public.survey_satisfaction default null,
  p_ticket_id uuid default '20000000-0000-4000-8000-000000000001') returns text language plpgsql as $$
declare
  v_hint text;
begin
  perform set_config('request.jwt.claims', json_build_object('role', 'authenticated', 'sub', '10000000-0000-4000-8000-00000000000' || p_user)::text, true);
  set local role authenticated;
  perform public.submit_ticket_survey(p_ticket_id, p_rating, p_satisfaction, ' Fine. ');
  reset role;
  perform set_config('request.jwt.claims', '', true);
  return 'rated';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return coalesce(nullif(v_hint, ''), sqlstate);
end;
$$;

select is(pg_temp.rate('1', 5), 'survey_before_resolution', 'an open ticket cannot be rated');
select pg_temp.put('waiting');
select is(pg_temp.rate('1', 5), 'survey_before_resolution', 'nor one that waits');
select pg_temp.put('resolved');
select is(pg_temp.rate('1', null), 'survey_empty', 'a survey says something');
select is(pg_temp.rate('3', 5), 'ticket_not_found', 'a stranger finds no ticket');
select is(pg_temp.rate('3', null), 'ticket_not_found', 'whatever he sends');
select is(pg_temp.rate('3', 5, null, gen_random_uuid()), 'ticket_not_found', 'as if there were none');
select is(pg_temp.rate('2', 5), 'survey_is_for_the_owner', 'staff do not rate themselves');
select is(pg_temp.rate('1', 6), '23514', 'a rating is 1 to 5');
select is(pg_temp.rate('1', 0), '23514', 'and not less');
select pg_temp.put('resolved', '28 days 1 second');
select is(pg_temp.rate('1', 5), 'survey_window_over', 'after 28 days it is too late');
select pg_temp.put('closed', '28 days 1 second');
select is(pg_temp.rate('1', 5), 'survey_window_over', 'also for a ticket that was closed at once');
select pg_temp.put('resolved', '28 days');
select is(pg_temp.rate('1', null, 'satisfied'), 'rated', 'until then a satisfaction is enough');
select results_eq($$select resolution_cycle, user_id, agent_id, satisfaction::text, feedback from public.ticket_surveys$$,
  $$values (1, '10000000-0000-4000-8000-000000000001'::uuid, '10000000-0000-4000-8000-000000000002'::uuid, 'satisfied', 'Fine.')$$,
  'a survey belongs to the cycle, its customer and the agent of the time');
select is((select survey_completed from public.support_tickets), true, 'and completes the cycle');
select is(pg_temp.rate('1', 5), 'survey_already_submitted', 'a second is refused');

-- Reopened and resolved again.
select set_config('request.jwt.claims', '{"sub": "10000000-0000-4000-8000-000000000002", "role": "authenticated"}', true);
update public.support_tickets set status = 'open';
select is((select survey_completed from public.support_tickets), false, 'reopening clears it');
update public.support_tickets set status = 'resolved';
select set_config('request.jwt.claims', '', true);
select is(pg_temp.rate('1', 2), 'rated', 'and the next resolution can be rated again');
select results_eq($$select resolution_cycle, rating::integer from public.ticket_surveys order by 1$$, $$values (1, null::integer), (2, 2)$$, 'in a row of its own');

-- Edits.
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select lives_ok($$update public.ticket_surveys set rating = 3, feedback = ' ' where resolution_cycle = 2$$, 'a rating can be changed');
select is((select feedback from public.ticket_surveys where resolution_cycle = 2), null, 'a blank feedback is none');
select throws_ok($$update public.ticket_surveys set rating = null where resolution_cycle = 2$$, '23514', null, 'but not emptied');
reset role;
set local request.jwt.claims = '';
update public.ticket_surveys set created_at = now() - interval '15 minutes 1 second' where resolution_cycle = 2;
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select throws_ok($$update public.ticket_surveys set rating = 4 where resolution_cycle = 2$$, 'PT409', null, 'for a quarter of an hour');
reset role;
set local request.jwt.claims = '';
update public.ticket_surveys set created_at = now() - interval '15 minutes' where resolution_cycle = 2;
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
select lives_ok($$update public.ticket_surveys set rating = 4 where resolution_cycle = 2$$, 'to its last moment');
reset role;
set local request.jwt.claims = '';
delete from auth.users where id = '10000000-0000-4000-8000-000000000002';
select results_eq($$select agent_id, rating::integer from public.ticket_surveys where resolution_cycle = 2$$, $$values (null::uuid, 4)$$, 'a rating outlives its agent''s account');
select * from finish();
rollback;
