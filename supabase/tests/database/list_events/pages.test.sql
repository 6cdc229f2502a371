-- The inbox is listed the newest first, page by page, with filters that combine; a page looks at a bounded number of rows.
begin;
select plan(20);
delete from public.webhook_events;
create function pg_temp.put(p_provider text, p_key text, p_status text, p_age interval, p_event jsonb, p_error text default null) returns void
language sql as $$
  insert into public.webhook_events (provider, dedupe_key, event_type, received_at, event, status, next_attempt_at, settled_at, last_error)
  values (p_provider::public.webhook_provider, p_key, 'type of ' || p_key, now() - p_age, p_event, p_status::public.webhook_event_status,
    case when p_status in ('received', 'failed') then now() end, case when p_status not in ('received', 'failed') then now() end, p_error);
$$;
do $$ begin
  perform pg_temp.put('zoom', 'a', 'applied', '1 hour', '{"kind": "meeting_started", "instance": {"meeting_id": "85555500001", "key": "x"}}');
  perform pg_temp.put('zoom', 'b', 'dead', '2 hours', '{"kind": "meeting_ended", "instance": {"meeting_id": "85555500002", "key": "y"}}', '22P02 100% wrong');
  perform pg_temp.put('vapi', 'c', 'dead', '3 hours', '{"kind": "call_reported", "call": {"vapi_call_id": "vc-1"}, "transcript": "My secret words"}');
  perform pg_temp.put('vapi', 'd', 'failed', '4 hours', null, '0A000 nothing normalises this');
  perform pg_temp.put('vapi', 'e', 'ignored', '5 hours', '{"kind": "call_informational"}');
end $$;
-- The keys of a page, in its order, and an asterisk where it names a next one.
create function pg_temp.keys(p_page jsonb) returns text language sql as $$
  select concat_ws('', (select string_agg(right(e.event ->> 'event_type', 1), '' order by e.place)
    from jsonb_array_elements(p_page -> 'events') with ordinality e (event, place)), case when p_page ->> 'next' is not null then '*' end);
$$;

select is(pg_temp.keys(public.list_events()), 'abcde', 'the newest first');
select is(pg_temp.keys(public.list_events(p_provider => 'vapi')), 'cde', 'of one provider');
select is(pg_temp.keys(public.list_events(p_status => 'dead')), 'bc', 'the dead');
select is(pg_temp.keys(public.list_events(p_status => 'failed')), 'd', 'what waits for its next try');
select is(pg_temp.keys(public.list_events(p_status => 'ignored')), 'e', 'what has no effect');
select is(pg_temp.keys(public.list_events('vapi', 'dead')), 'c', 'filters combine');
select is(pg_temp.keys(public.list_events(p_kind => 'meeting_ended')), 'b', 'of one kind');
select is(pg_temp.keys(public.list_events(p_q => '85555500001')), 'a', 'by the meeting');
select is(pg_temp.keys(public.list_events(p_q => 'VC-1')), 'c', 'by the call, whatever the case');
select is(pg_temp.keys(public.list_events(p_q => '0% w')), 'b', 'by the error, and a percent sign is one');
select is(pg_temp.keys(public.list_events(p_q => '_')), '', 'as an underscore is one');
select is(pg_temp.keys(public.list_events(p_q => 'secret words')), '', 'what was said is not sought in');
select is(public.list_events(p_q => 'vc-1')::text ~ 'secret', false, 'nor told');

select is(pg_temp.keys(public.list_events(p_limit => 2)), 'ab*', 'a page');
select is(pg_temp.keys(public.list_events(p_limit => 2, p_after_received_at => (n.next ->> 'received_at')::timestamptz, p_after_id => (n.next ->> 'id')::uuid)),
  'cd*', 'the next page goes on after it') from (select public.list_events(p_limit => 2) -> 'next' as next) n;
select is(pg_temp.keys(public.list_events(p_limit => null)), 'abcde', 'null asks for a page of the usual size');
select is(pg_temp.keys(public.list_events(p_limit => -1)), 'a*', 'a page has a row at least');
select is(pg_temp.keys(public.list_events(p_after_received_at => '-infinity')), '', 'there is nothing before everything');

update private.settings set value = '2' where name = 'list_page_scan';
select is(pg_temp.keys(public.list_events(p_kind => 'call_informational')), '*', 'a page ends after so many rows, and says where to go on');
select results_eq($$
  with recursive pages as (
    select public.list_events(p_kind => 'call_informational') as page
    union all
    select public.list_events(p_kind => 'call_informational', p_after_received_at => (page #>> '{next,received_at}')::timestamptz, p_after_id => (page #>> '{next,id}')::uuid)
    from pages where page ->> 'next' is not null
  ) select pg_temp.keys(page) from pages where page -> 'events' <> '[]' $$, array['e'], 'all pages together have what is sought, once');
select * from finish();
rollback;
