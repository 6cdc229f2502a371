-- What no row of either tier may be, whoever writes it.
begin;
select plan(10);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@tiers.test');
create function pg_temp.refusal(p_statement text) returns text language plpgsql as $$
declare
  v_name text;
begin
  execute p_statement;
  return 'none';
exception when others then
  get stacked diagnostics v_name = constraint_name;
  return sqlstate || ' ' || v_name;
end;
$$;
create function pg_temp.quarter(p_start text, p_more text default '', p_value text default '') returns text language sql as $$
  select pg_temp.refusal(format('insert into public.call_analytics (user_id, bucket_start %s) values (%L, %L %s)',
    p_more, '10000000-0000-4000-8000-000000000001', p_start, p_value));
$$;
create function pg_temp.day(p_more text default '', p_value text default '') returns text language sql as $$
  select pg_temp.refusal(format('insert into public.call_analytics_days (user_id, day %s) values (%L, %L %s)',
    p_more, '10000000-0000-4000-8000-000000000001', '2026-03-01', p_value));
$$;
select is(pg_temp.quarter('2026-03-01 10:15Z'), 'none', 'a bucket starts at a quarter of an hour');
select is(pg_temp.quarter('2026-03-01 10:20Z'), '23514 bucket_starts_at_a_quarter', 'not between two');
select is(pg_temp.quarter('2026-03-01 10:15:01Z'), '23514 bucket_starts_at_a_quarter', 'to the second');
select is(pg_temp.quarter('2026-03-01 10:15Z'), '23505 call_analytics_pkey', 'a bucket of an assistant is one row');
select is(pg_temp.quarter('2026-03-01 10:30Z', ', durations', ', array_fill(0, array[31])'), '23514 durations_has_32_classes', 'a histogram has every class');
select is(pg_temp.day(), 'none', 'a day is one row');
select is(pg_temp.day(), '23505 call_analytics_days_pkey', 'of each assistant');
select is(pg_temp.day(', assistant_id, durations', ', gen_random_uuid(), array_fill(0, array[33])'), '23514 durations_has_32_classes', 'its histogram too has every class');
select is(pg_temp.day(', assistant_id, hours', ', gen_random_uuid(), array_fill(0, array[23])'), '23514 hours_has_24_hours', 'and it has 24 hours');
delete from auth.users where id = '10000000-0000-4000-8000-000000000001';
select is((select count(*) from public.call_analytics where user_id = '10000000-0000-4000-8000-000000000001')
  + (select count(*) from public.call_analytics_days where user_id = '10000000-0000-4000-8000-000000000001'), 0::bigint, 'all go with their owner');
select * from finish();
rollback;
