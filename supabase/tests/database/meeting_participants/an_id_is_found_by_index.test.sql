-- An id that becomes somebody's is looked for among all sessions that ever were: each kind by an index of its own.
begin;
select plan(3);
create function pg_temp.plan_of(p_query text) returns text language plpgsql as $$
declare
  v_plan json;
begin
  execute 'explain (format json) ' || p_query into v_plan;
  return v_plan::text;
end;
$$;
set local enable_seqscan = off;
select matches(pg_temp.plan_of(format('select from public.meeting_participants p where p.%I = %L', col, 'x')), idx, col)
from (values ('provider_user_id', 'meeting_participants_user_key_idx'), ('registrant_key', 'meeting_participants_registrant_key_idx'),
  ('customer_key', 'meeting_participants_customer_key_idx')) v (col, idx);
select * from finish();
rollback;
