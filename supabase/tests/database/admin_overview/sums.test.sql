-- The overview adds up the calls of all tenants from the day tier, in any order, page by page.
begin;
select plan(22);
delete from auth.users;
insert into auth.users (id, email) select ('10000000-0000-4000-8000-00000000000' || n)::uuid, 'tenant' || n || '@overview.test' from generate_series(1, 4) n;
update public.user_limits set period_start = now() - interval '2 days';
update public.user_limits set plan_type = 'pro' where right(user_id::text, 1) in ('1', '2');
update public.user_limits set plan_type = 'enterprise' where right(user_id::text, 1) = '3';
insert into public.call_logs (user_id, vapi_call_id, direction, status, outcome, started_at, ended_at, reported_at, cost)
select ('10000000-0000-4000-8000-00000000000' || who)::uuid, concat_ws('-', 'overview', who, ago, n), 'inbound', 'ended', outcome::public.call_outcome,
  now() - ago, now() - ago + length, now(), cost
from (values
  (1, 3, 'completed', interval '1 hour', interval '1 minute', 0.1), (1, 1, 'failed', interval '40 days', interval '1 minute', 9),
  (2, 1, 'completed', interval '1 hour', interval '10 minutes', 0.2), (3, 2, 'failed', interval '1 hour', interval '1 minute', 0.9)
) told (who, times, outcome, ago, length, cost) cross join lateral generate_series(1, times) n;
create function pg_temp.ids(p_page jsonb) returns text language sql as $$
  select concat_ws('', (select string_agg(right(t.tenant ->> 'user_id', 1), '' order by t.place)
    from jsonb_array_elements(p_page -> 'tenants') with ordinality t (tenant, place)), case when p_page ->> 'next' is not null then '*' end);
$$;
create function pg_temp.all_ids(p_sort text) returns text language sql as $$
  with recursive pages as (
    select public.admin_overview(p_sort => p_sort::public.tenant_sort, p_limit => 1) as page
    union all
    select public.admin_overview(p_sort => p_sort::public.tenant_sort, p_limit => 1, p_cursor => page -> 'next') from pages where page ->> 'next' is not null
  ) select string_agg(pg_temp.ids(page), '') from pages;
$$;

select is(pg_temp.ids(public.admin_overview()), '132', 'the most calls first, and nobody without');
select is(pg_temp.ids(public.admin_overview(p_sort => 'duration')), '213', 'by minutes');
select is(pg_temp.ids(public.admin_overview(p_sort => 'cost')), '312', 'by cost');
select is(pg_temp.ids(public.admin_overview(p_sort => 'failures')), '321', 'by failures, the higher id first where they are equal');
select is(pg_temp.ids(public.admin_overview(p_sort => 'share')), '213', 'by the share of the limit, who has none last');
select is(pg_temp.ids(public.admin_overview(p_sort => null)), '132', 'null is not asking');
select is(pg_temp.all_ids('failures'), '3*2*1*', 'page by page, each once');
select is(public.admin_overview() -> 'totals', '{"tenants": 3, "calls": 6, "ended_calls": 6, "successful_calls": 4, "failed_calls": 2, "duration_seconds": 900, "cost": 2.300000}', 'all together');
select is(public.admin_overview(p_limit => 1) -> 'totals', public.admin_overview() -> 'totals', 'on every page');
select is(public.admin_overview() #> '{tenants,0}', '{"user_id": "10000000-0000-4000-8000-000000000001", "full_name": null, "email": "tenant1@overview.test", "account_status": "active",
  "plan_type": "pro", "calls": 3, "ended_calls": 3, "successful_calls": 3, "failed_calls": 0, "duration_seconds": 180, "cost": 0.300000,
  "used_call_time_seconds": 180, "max_call_time_seconds": 3600, "call_time_percent": 5.0}', 'a tenant');
select is(pg_temp.ids(public.admin_overview(current_date - 60, current_date, 'failures')), '312', 'of a longer time');
insert into public.call_logs (user_id, vapi_call_id, status, outcome) values
  ('10000000-0000-4000-8000-000000000004', 'overview-open', 'in_progress', null), ('10000000-0000-4000-8000-000000000004', 'overview-unreported', 'ended', 'failed');
select is(public.admin_overview() -> 'totals', '{"tenants": 4, "calls": 8, "ended_calls": 7, "successful_calls": 4, "failed_calls": 3, "duration_seconds": 900, "cost": 2.300000}',
  'with calls that run or wait for their report');
delete from public.call_logs where vapi_call_id in ('overview-open', 'overview-unreported');
select is(public.admin_overview(current_date - 60, current_date) #> '{totals,calls}', '7', 'with what was then');
select is(public.admin_overview(date '2001-01-01', date '2001-01-02') -> 'tenants', '[]', 'of a time without calls');
select is(public.admin_overview(date '2001-01-01', date '2001-01-02') #> '{totals,calls}', '0', 'there are none');
select is(public.admin_overview(p_from => date '2001-01-01') -> 'range', '{"from": "2001-01-01", "to": "2001-01-30"}', 'half a range is 30 days');
update public.user_limits set period_start = now() - interval '2 months', period_end = now() - interval '1 second' where plan_type = 'pro';
select is(public.admin_overview() #> '{tenants,0,used_call_time_seconds}', '0', 'a period that is over is the next one');

select throws_ok($$ select public.admin_overview(current_date, current_date - 1) $$, 'PT422', null, 'a range has an order');
select throws_ok($$ select public.admin_overview('infinity', '-infinity') $$, 'PT422', null, 'and lies in our time');
select throws_ok($$ select public.admin_overview(current_date - 92, current_date) $$, 'PT422', null, 'and is not too long');
select throws_ok($$ select public.admin_overview(p_cursor => '{"value": "x", "id": 1}') $$, 'PT422', null, 'a cursor is the next of a page');
select throws_ok($$ select public.admin_overview(p_cursor => '[]') $$, 'PT422', null, 'and nothing else');
select * from finish();
rollback;
