-- The queue is listed by what an operator looks for: what is due the longest, what was given up last.
begin;
select plan(15);
delete from public.tasks;
insert into public.tasks (kind, resource_id, run_after, attempts, lease_token, leased_version, leased_until, done_at, cancelled_at, dead_at, last_error) values
  ('probe', 'a', now() - interval '2 hours', 1, null, null, null, null, null, null, 'vendor said 50_%'),
  ('probe', 'b', now() - interval '1 hour', 1, gen_random_uuid(), 1, now() + interval '1 minute', null, null, null, null),
  ('other', 'c', now() + interval '1 hour', 0, null, null, null, null, null, null, null),
  ('probe', 'd', now(), 6, null, null, null, null, null, now() - interval '2 hours', '404'),
  ('other', 'e', now(), 6, null, null, null, null, null, now() - interval '1 hour', '500'),
  ('probe', 'f', now(), 1, null, null, null, now() - interval '1 hour', null, null, null),
  ('probe', 'g', now(), 1, null, null, null, null, now() - interval '2 hours', null, null);
create function pg_temp.keys(p_page jsonb) returns text language sql as $$
  select concat_ws('', (select string_agg(t.task ->> 'resource_id', '' order by t.place)
    from jsonb_array_elements(p_page -> 'tasks') with ordinality t (task, place)), case when p_page ->> 'next' is not null then '*' end);
$$;
select is(pg_temp.keys(public.list_tasks()), 'ed', 'the dead, unless asked, the latest first');
select is(pg_temp.keys(public.list_tasks('open')), 'abc', 'the open, the longest due first');
select is(pg_temp.keys(public.list_tasks('ended')), 'fg', 'the ended, the latest first');
select is((select string_agg(t ->> 'state', ' ') from jsonb_array_elements(public.list_tasks('open') -> 'tasks') t), 'due running waiting', 'an open task is due, with a worker, or waits');
select is((select string_agg(t ->> 'state', ' ') from jsonb_array_elements(public.list_tasks('ended') -> 'tasks') t), 'done cancelled', 'an ended one is done or cancelled');
select is(pg_temp.keys(public.list_tasks('open', 'other')), 'c', 'of one kind');
select is(pg_temp.keys(public.list_tasks('open', p_q => '0_%')), 'a', 'by the error, to the letter');
select is(pg_temp.keys(public.list_tasks('dead', 'probe', '40')), 'd', 'filters combine');
select is(pg_temp.keys(public.list_tasks('open', p_limit => 2)), 'ab*', 'a page of open ones');
select is(pg_temp.keys(public.list_tasks('open', p_limit => 2, p_after_at => (n.next ->> 'at')::timestamptz, p_after_id => (n.next ->> 'id')::uuid)),
  'c', 'and the next') from (select public.list_tasks('open', p_limit => 2) -> 'next' as next) n;
select is(pg_temp.keys(public.list_tasks('dead', p_limit => 1)), 'e*', 'a page of dead ones');
select is(pg_temp.keys(public.list_tasks('dead', p_limit => 1, p_after_at => (n.next ->> 'at')::timestamptz, p_after_id => (n.next ->> 'id')::uuid)),
  'd*', 'and the next') from (select public.list_tasks('dead', p_limit => 1) -> 'next' as next) n;
select is(pg_temp.keys(public.list_tasks(null)), 'ed', 'null is not asking');
update private.settings set value = '1' where name = 'list_page_scan';
select is(pg_temp.keys(public.list_tasks('open', 'other')), '*', 'a page ends after so many rows, and says where to go on');
do $$ begin perform public.retry_task(id) from public.tasks where resource_id = 'd'; end $$;
select is((select details ->> 'resource_id' from private.admin_actions a join public.tasks t on t.id = a.subject_id where t.resource_id = 'd' and action = 'retry_task'), 'd', 'a retry is on record as about its task');
select * from finish();
rollback;
