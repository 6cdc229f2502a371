-- An export of any size comes in pages that bytes and rows bound; together they are the whole, each row once.
begin;
select plan(18);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@pages.test'), ('10000000-0000-4000-8000-000000000002', 'other@pages.test');
insert into public.notifications (user_id, kind, subject_id)
select '10000000-0000-4000-8000-000000000001', 'expired', gen_random_uuid() from generate_series(1, 25);
-- Calls of one moment, so that the id decides.
insert into public.call_logs (user_id, vapi_call_id, started_at, transcript)
select u::uuid, u || n, now() - n / 5 * interval '1 minute', repeat('words ', 100)
from generate_series(1, 25) n, unnest(array['10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000002']) u;
create function pg_temp.pages() returns setof jsonb language plpgsql as $$
declare
  v_page jsonb;
begin
  loop
    v_page := public.export_my_data(v_page -> 'next_cursor');
    return next v_page;
    exit when v_page -> 'next_cursor' = 'null';
  end loop;
end $$;
create view pg_temp.exported as
  select d.key as domain, s.key as section, r.value as data
  from pg_temp.pages() page, jsonb_each(page - array['exported_at', 'next_cursor']) d, jsonb_each(d.value) s, jsonb_array_elements(s.value) r;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
create temp table whole on commit drop as select * from pg_temp.exported;
select is((select count(*) from whole where section = 'calls'), 25::bigint, 'the whole has every call');
select is((select count(*) from whole where section = 'notifications'), 25::bigint, 'and every notification');
select is((select count(*) from pg_temp.pages()), 1::bigint, 'on one page');

update private.settings set value = '7' where name = 'export_page_rows';
select bag_eq('table pg_temp.exported', 'table whole', 'pages of seven rows are the whole, each row once');
select ok((select max(rows) = 7 from (
  select count(*) as rows from (select row_number() over () as n, p from pg_temp.pages() p) page,
    jsonb_each(p - array['exported_at', 'next_cursor']) d, jsonb_each(d.value) s, jsonb_array_elements(s.value) group by n) counted), 'none is larger');
update private.settings set value = '1' where name = 'export_page_rows';
select bag_eq('table pg_temp.exported', 'table whole', 'pages of a row each too');
update private.settings set value = '5000' where name = 'export_page_rows';
update private.settings set value = '3000' where name = 'export_page_bytes';
select bag_eq('table pg_temp.exported', 'table whole', 'and pages that bytes bound');
select ok((select count(*) > 5 and max(octet_length(p::text)) < 6000 from pg_temp.pages() p), 'none is larger than one row allows');
update private.settings set value = '1' where name = 'export_page_bytes';
select isnt(public.export_my_data() ->> 'next_cursor', null, 'a row that is larger than a page is a page');

-- Each section is read along an index, from where the page before ended. Most rows are somebody else's, as the planner is told.
set local enable_seqscan = off;
insert into public.usage_logs (user_id, action_type, resource_type, actor_kind)
select '10000000-0000-4000-8000-000000000002', 'probed', 'probe', 'system' from generate_series(1, 2000);
analyze public.usage_logs, public.call_logs;
create function pg_temp.plan_of(p_section text, p_after jsonb) returns text language plpgsql as $$
declare
  v_line text;
  v_plan text := '';
begin
  for v_line in execute 'explain (costs off) ' || replace(replace(replace(
    private.export_query((select view_name from private.export_sections where section = p_section), p_after),
    '$1', quote_literal('10000000-0000-4000-8000-000000000001') || '::uuid'), '$2', quote_literal(p_after) || '::jsonb'), '$3', '100')
  loop
    v_plan := v_plan || v_line || E'\n';
  end loop;
  return v_plan;
end $$;
select matches(plan, 'user_id_called_at_idx[^\n]*\n\s*Index Cond:[^\n]*ROW\(', 'calls')
from pg_temp.plan_of('calls', '["2026-01-01T00:00:00Z", "10000000-0000-4000-8000-000000000001"]') plan;
select matches(plan, 'user_id_id_idx[^\n]*\n\s*Index Cond:[^\n]*\mid > ', 'the usage log')
from pg_temp.plan_of('usage_log', '[7]') plan;

set local role authenticated;
create function pg_temp.refuses(p_cursor jsonb) returns text language sql as $$
  select throws_ok(format('select public.export_my_data(%L)', p_cursor), 'PT422', null, 'refuses ' || p_cursor::text);
$$;
select pg_temp.refuses('7');
select pg_temp.refuses('{"domain": "voice", "section": "secrets"}');
select pg_temp.refuses('{"domain": "voice", "section": "calls", "after": "x"}');
select pg_temp.refuses('{"domain": "voice", "section": "calls", "after": ["2026-01-01"]}');
select pg_temp.refuses('{"domain": "voice", "section": "calls", "after": ["2026-01-01", null]}');
select pg_temp.refuses('{"domain": "voice", "section": "calls", "after": ["yesterday or so", "10000000-0000-4000-8000-000000000001"]}');
select pg_temp.refuses('{"domain": "voice", "section": "calls", "after": ["2026-01-01", "1; drop table profiles"]}');
select * from finish();
rollback;
