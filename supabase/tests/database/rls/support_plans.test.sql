-- The policies let an index serve an owner's lists, filtered or not, in a table of other people's rows (decision 0030).
begin;
insert into auth.users (id, email) select gen_random_uuid(), n || '@plans.test' from generate_series(1, 400) n;
alter table public.support_tickets disable trigger user;
insert into public.support_tickets (user_id, subject, description)
select p.id, 'n', repeat('d', 200) from public.profiles p cross join generate_series(1, 20);
alter table public.support_tickets enable trigger user;
alter table public.ticket_messages disable trigger user;
insert into public.ticket_messages (ticket_id, user_id, author_role, kind, body) select id, user_id, 'system', 'system', 'Hi' from public.support_tickets;
alter table public.ticket_messages enable trigger user;
insert into public.ticket_events (ticket_id, user_id, to_status, actor_kind) select id, user_id, 'open', 'user' from public.support_tickets;
insert into public.ticket_surveys (ticket_id, user_id, resolution_cycle, rating) select id, user_id, 1, 5 from public.support_tickets;
analyze public.support_tickets, public.ticket_messages, public.ticket_events, public.ticket_surveys;

create function pg_temp.plan_of(p_statement text) returns json language plpgsql as $$
declare
  v_plan json;
begin
  execute 'explain (analyze, timing off, format json) ' || p_statement into v_plan;
  return v_plan;
end;
$$;
create temp table lists (statement text) on commit drop;
insert into lists values
  ('select * from public.support_tickets'), ('select * from public.support_tickets order by created_at desc limit 20'),
  ('select * from public.support_tickets order by last_message_at desc nulls last limit 20'),
  ('select * from public.support_tickets where status = ''open'' order by created_at desc limit 20'),
  ('select count(*) from public.support_tickets'),
  ('update public.support_tickets set status = ''closed'' where status = ''waiting'''),
  ('select * from public.ticket_messages'), ('select * from public.ticket_events'), ('select * from public.ticket_surveys'),
  ('select * from public.ticket_sla');
grant select on lists to authenticated;
grant execute on function pg_temp.plan_of(text) to authenticated;

select plan((select count(*) * 2 from lists)::integer);
select set_config('request.jwt.claims', json_build_object('sub', (select min(user_id::text) from public.support_tickets), 'role', 'authenticated')::text, true);
set local role authenticated;
create temp table plans on commit drop as select statement, pg_temp.plan_of(statement)::jsonb as plan from lists;
select is_empty(format($$select from plans where statement = %L and jsonb_path_exists(plan, '$.**."Relation Name" ? (@ starts with "support_" || @ starts with "ticket_")')
  and jsonb_path_exists(plan, '$.** ? (@."Node Type" == "Seq Scan" && (@."Relation Name" starts with "support_" || @."Relation Name" starts with "ticket_"))')$$, statement),
  'no scan of a whole table: ' || statement) from plans;
select cmp_ok(coalesce((select max((removed #>> '{}')::numeric) from jsonb_path_query(plan, '$.**."Rows Removed by Filter"') removed), 0), '<=', 20::numeric,
  'nobody else''s rows are looked at: ' || statement) from plans;
select * from finish();
rollback;
