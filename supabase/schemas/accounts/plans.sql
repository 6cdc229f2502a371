create table public.plans (
  plan_type public.plan_type primary key,
  max_assistants public.amount,
  max_call_time_seconds public.amount,
  max_attachment_bytes public.amount,
  usage_period public.usage_period not null
);
comment on table public.plans is 'The limits of each plan; null is unlimited. Copied to user_limits when a user gets the plan.';
comment on column public.plans.usage_period is 'lifetime: call time never resets; month: it counts per month from the account''s period anchor.';

alter table public.plans enable row level security;

create policy "signed-in users read the plans" on public.plans
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.plans to authenticated, service_role;

insert into public.plans (plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes, usage_period) values
  ('free', 1, 600, 104857600, 'lifetime'),
  ('pro', 10, 3600, 5368709120, 'month'),
  ('business', 50, 18000, 53687091200, 'month'),
  ('enterprise', null, null, null, 'month');
