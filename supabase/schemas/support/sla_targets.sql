-- How each ticket stands against its targets. The clock runs while it is staff's turn (open, in_progress); waiting for
-- the customer pauses it, and so does the time between a resolution and a reopening.
create table public.sla_targets (
  priority public.ticket_priority primary key,
  first_response_seconds integer not null constraint first_response_target_is_positive check (first_response_seconds > 0),
  resolution_seconds integer not null,
  constraint resolution_takes_at_least_a_response check (resolution_seconds >= first_response_seconds)
);
comment on table public.sla_targets is 'How soon a ticket of a priority is answered and resolved, in running time.';

alter table public.sla_targets enable row level security;

create policy "signed-in users read the targets" on public.sla_targets
  for select to authenticated using ((select auth.uid()) is not null);

grant select on public.sla_targets to authenticated, service_role;
grant update (first_response_seconds, resolution_seconds) on public.sla_targets to service_role;
