-- What each plan allows.
begin;
select plan(2);
select results_eq(
  $$select plan_type, max_assistants::bigint, max_call_time_seconds::bigint, usage_period from public.plans order by plan_type$$,
  $$values ('free'::public.plan_type, 1::bigint, 600::bigint, 'lifetime'::public.usage_period), ('pro', 10, 3600, 'month'),
    ('business', 50, 18000, 'month'), ('enterprise', null, null, 'month')$$, 'assistants and call time; null is unlimited');
select results_eq(
  $$select plan_type, max_attachment_bytes::bigint from public.plans order by plan_type$$,
  $$values ('free'::public.plan_type, 104857600::bigint), ('pro', 5368709120), ('business', 53687091200), ('enterprise', null)$$,
  'attachments: 100 MiB, 5 GiB, 50 GiB, unlimited');
select * from finish();
rollback;
