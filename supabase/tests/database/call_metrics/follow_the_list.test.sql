-- Whatever the list of metrics says is a column of both tiers and a figure of the dashboard.
begin;
select plan(8);
create function pg_temp.columns_of(p_tier regclass) returns setof text language sql as $$
  select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute
  where attrelid = p_tier and attnum > 0 and not attisdropped and atttypid <> 'uuid'::regtype
    and attname not in ('bucket_start', 'day', 'durations', 'reasons', 'hours')
  order by attnum;
$$;
select results_eq($$select pg_temp.columns_of('public.call_analytics')$$,
  $$select name || ' ' || replace(type, ' ', '') from private.call_metrics order by place$$, 'each metric is a column of the fine tier, in order');
select results_eq($$select pg_temp.columns_of('public.call_analytics_days')$$,
  $$select name || ' ' || replace(type, ' ', '') from private.call_metrics order by place$$, 'and of the day tier');
select is_empty($$select unnest(enum_range(null::public.call_outcome)) || '_calls' except select name from private.call_metrics$$,
  'each outcome has one');
select is(private.write_for_each_metric('set [[NAME = 0]]'), (select 'set ' || string_agg(name || ' = 0', E',\n    ' order by place) from private.call_metrics),
  'a piece in brackets is written for each metric');
select is(private.write_for_each_metric('a[1], [[SHOWN]]'), (select 'a[1], ' || string_agg(shown_as, E',\n    ' order by place) from private.call_metrics),
  'one with the shown name for those that the dashboard shows');

insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@metrics.test');
insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
values ('10000000-0000-4000-8000-000000000001', 'metrics', 'ended', 'completed', '2026-03-01 10:00Z', '2026-03-01 10:01Z');
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
create function pg_temp.shown(p_interval text, variadic p_path text[]) returns setof text language sql as $$
  select jsonb_object_keys(public.analytics_dashboard('2026-03-01', '2026-03-01', 'UTC', null, p_interval) #> p_path);
$$;
select is_empty($$select shown_as from private.call_metrics where shown_as is not null
  except (select pg_temp.shown('day', 'metrics') intersect select pg_temp.shown('day', 'previous'))$$,
  'the metrics and those of the span before have each figure');
select set_eq($$select shown_as from private.call_metrics where shown_as is not null union select 'start'$$,
  $$select pg_temp.shown('day', 'series', '0')$$, 'so has a day');
select set_eq($$select shown_as from private.call_metrics where shown_as is not null union select 'start'$$,
  $$select pg_temp.shown('hour', 'series', '0')$$, 'so has an hour');
select * from finish();
rollback;
