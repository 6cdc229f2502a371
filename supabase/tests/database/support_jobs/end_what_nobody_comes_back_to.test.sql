-- Waiting tickets are resolved, resolved ones closed, keys forgotten: by the clock that is given, in bounded batches.
begin;
select plan(17);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@jobs.test');
delete from public.support_tickets;
create function pg_temp.ticket(p_name text, p_status public.ticket_status, p_since interval, p_last_message interval default null) returns void language plpgsql as $$
begin
  alter table public.support_tickets disable trigger user;
  insert into public.support_tickets (user_id, subject, description, status, status_changed_at, resolved_at, last_message_at)
  values ('10000000-0000-4000-8000-000000000001', p_name, 'd', p_status, now() - p_since, case when p_status = 'resolved' then now() - p_since end, now() - p_last_message);
  alter table public.support_tickets enable trigger user;
end;
$$;
select pg_temp.ticket('waited', 'waiting', '7 days'), pg_temp.ticket('waits', 'waiting', '6 days 23 hours'),
  pg_temp.ticket('asked again', 'waiting', '9 days', '2 days'), pg_temp.ticket('forgotten', 'open', '90 days'), pg_temp.ticket('worked on', 'in_progress', '90 days');
select is(private.resolve_waiting_tickets(now()), 1, 'one ticket waited for seven days');
select results_eq($$select subject from public.support_tickets where status = 'resolved'$$, $$values ('waited')$$, 'and is resolved');
select results_eq($$select from_status::text, to_status::text, actor_kind::text from public.ticket_events$$, $$values ('waiting', 'resolved', 'system')$$, 'by the system');
select results_eq($$select kind, data -> 'is_survey_invited' from public.notifications where user_id = '10000000-0000-4000-8000-000000000001'$$,
  $$values ('ticket_resolved', 'false'::jsonb)$$, 'its owner is told, without an invitation to rate');
select results_eq($$select kind::text, author_role::text, author_id from public.ticket_messages$$, $$values ('system', 'system', null::uuid)$$, 'and reads why');
select is(private.resolve_waiting_tickets(now()), 0, 'a second run finds nothing');
select is(private.resolve_waiting_tickets(now() + interval '5 days'), 2, 'the others follow in their time');
select is((select count(*)::integer from public.support_tickets where status in ('open', 'in_progress')), 2, 'what staff have to do is never resolved by the clock');

delete from public.support_tickets;
select pg_temp.ticket('settled', 'resolved', '7 days'), pg_temp.ticket('fresh', 'resolved', '6 days 23 hours');
select is(private.close_resolved_tickets(now()), 1, 'one resolution stood for seven days');
select results_eq($$select subject, closed_at, resolved_at from public.support_tickets where status = 'closed'$$,
  $$values ('settled', now(), now() - interval '7 days')$$, 'and is closed, its resolution kept');
select is(private.close_resolved_tickets(now()), 0, 'a second run finds nothing');

update private.settings set value = '2' where name = 'support_job_batch_size';
delete from public.support_tickets;
select pg_temp.ticket(n::text, 'resolved', n * interval '10 days') from generate_series(1, 3) n;
select is(private.close_resolved_tickets(now()), 2, 'a tick takes one batch');
select results_eq($$select subject from public.support_tickets where status = 'resolved'$$, $$values ('1')$$, 'the oldest first');

insert into private.reply_keys (user_id, key, ticket_id, request_hash, created_at)
select user_id, key, id, 'x', now() - age from public.support_tickets, (values ('old', interval '24 hours'), ('new', '23 hours')) k (key, age) where subject = '1';
select is(private.forget_reply_keys(now()), 1, 'a key is forgotten after a day');
select results_eq($$select key from private.reply_keys$$, $$values ('new')$$, 'and not before');

select results_eq($$select name, schedule from private.jobs where function_name like any ('{private.%_tickets,private.forget_reply_keys}') order by name$$,
  $$values ('close_resolved_tickets', '*/10 * * * *'), ('forget_reply_keys', '*/5 * * * *'), ('resolve_waiting_tickets', '*/10 * * * *')$$, 'the jobs are registered');
select set_eq($$select jobname::text, command from cron.job where jobname in ('close_resolved_tickets', 'forget_reply_keys', 'resolve_waiting_tickets')$$,
  $$select name, format('select private.run_job(%L)', name) from unnest('{close_resolved_tickets,forget_reply_keys,resolve_waiting_tickets}'::text[]) name$$, 'and scheduled');
select * from finish();
rollback;
