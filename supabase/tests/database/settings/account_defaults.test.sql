-- The thresholds, windows and grace times of accounts have their defaults.
begin;
create temp table defaults (name text, as_interval interval, as_integer integer) on commit drop;
insert into defaults values
  ('demo_length', '7 days', null), ('demo_warning_before', '2 days', null), ('demo_minimum_call_seconds', null, 10),
  ('usage_warning_percent', null, 75), ('usage_critical_percent', null, 90), ('purge_grace', '30 days', null),
  ('purge_warning_before', '7 days', null), ('purge_task_patience', '7 days', null), ('deletion_revocable_for', '7 days', null),
  ('account_job_batch_size', null, 500);

select plan((select count(*) from defaults)::integer + 1);
select is(
  case when as_integer is null then private.setting_interval(name)::text else private.setting_integer(name)::text end,
  coalesce(as_interval::text, as_integer::text), name)
from defaults;
select results_eq($$select kind, max_count, per from private.rate_limits where kind in ('tickets', 'messages', 'uploads') order by kind$$,
  $$values ('messages', 120, interval '1 hour'), ('tickets', 20, interval '1 day'), ('uploads', 60, interval '1 hour')$$, 'rate limits');
select * from finish();
rollback;
