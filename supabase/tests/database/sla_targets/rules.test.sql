-- A target is a time that somebody can keep, and the secret key changes targets as it likes within that.
begin;
select plan(3);
set local role service_role;
select throws_ok($$update public.sla_targets set first_response_seconds = 0 where priority = 'urgent'$$, '23514',
  'new row for relation "sla_targets" violates check constraint "first_response_target_is_positive"', 'no time at all is no target');
select throws_ok($$update public.sla_targets set resolution_seconds = first_response_seconds - 1 where priority = 'urgent'$$, '23514',
  'new row for relation "sla_targets" violates check constraint "resolution_takes_at_least_a_response"', 'nothing is resolved before it is answered');
select lives_ok($$update public.sla_targets set first_response_seconds = 60, resolution_seconds = 60 where priority = 'urgent'$$, 'both at once is a target');
select * from finish();
rollback;
