-- A new ticket is given to the agent whose turn it is, where the desk wants that: to nobody who is away, barred, no agent, or its customer.
begin;
select plan(19);
create function pg_temp.person(p_name text) returns uuid language sql immutable as $$ select md5(p_name || '@turns.test')::uuid $$;
grant execute on function pg_temp.person(text) to authenticated;
insert into auth.users (id, email) select pg_temp.person(n), n || '@turns.test' from unnest('{owner,anna,bert,cleo,boss}'::text[]) n;
update public.profiles set role = 'agent' where email in ('anna@turns.test', 'bert@turns.test', 'cleo@turns.test');
update public.profiles set role = 'admin' where email = 'boss@turns.test';
-- Others than these may be agents in a seeded database.
update public.profiles set role = 'member' where role = 'agent' and email not like '%@turns.test';
-- Opened by a person; answers who has it.
create function pg_temp.given(p_owner text) returns text language plpgsql as $$
declare v_to uuid;
begin
  perform set_config('request.jwt.claims', json_build_object('sub', pg_temp.person(p_owner), 'role', 'authenticated')::text, true);
  insert into public.support_tickets (user_id, subject, description) values (pg_temp.person(p_owner), 'Turn', 'd') returning assigned_to into v_to;
  return (select split_part(email, '@', 1) from public.profiles where id = v_to);
end;
$$;
create function pg_temp.away(p_name text, p_is_away boolean) returns boolean language plpgsql as $$
begin
  perform set_config('request.jwt.claims', json_build_object('sub', pg_temp.person(p_name), 'role', 'authenticated')::text, true);
  return (public.set_away(p_is_away)).is_away;
end;
$$;

select is(pg_temp.given('owner'), null, 'unless the desk wants it, a ticket waits for somebody');
update private.settings set value = '1' where name = 'tickets_assigned_in_turn';
create temp table first_round on commit drop as select n, pg_temp.given('owner') as who from generate_series(1, 3) n;
select set_eq('select who from first_round', '{anna,bert,cleo}'::text[], 'three tickets go to three agents, and to no admin');
select is(array(select pg_temp.given('owner') from generate_series(1, 6)), array(select who from first_round order by n) || array(select who from first_round order by n), 'and on in the same order');
select is((select count(*)::integer from public.notifications where kind = 'ticket_assigned' and user_id = pg_temp.person('anna')), 3, 'each is told as by hand');
select is((select count(*)::integer from private.admin_actions where action = 'assign_ticket_in_turn' and details ->> 'to' = pg_temp.person('anna')::text), 3, 'and each is on record');
set local role authenticated;
select set_config('request.jwt.claims', json_build_object('sub', pg_temp.person('owner'), 'role', 'authenticated')::text, true);
select is((select count(*)::integer from public.profile_cards where id in (pg_temp.person('anna'), pg_temp.person('bert'), pg_temp.person('cleo'))), 3, 'and seen by the customer');
reset role;

select ok(pg_temp.away('anna', true), 'an agent says that they are away');
select is(pg_temp.away('bert', null), false, 'null is here');
select is((select count(distinct g) from (select pg_temp.given('owner') g from generate_series(1, 4)) r where g = 'anna'), 0::bigint, 'nothing is given to whoever is away');
select ok(not pg_temp.away('anna', false), 'and they come back');
select is(pg_temp.given('owner'), 'anna', 'to be the next, once');
select isnt(pg_temp.given('owner'), 'anna', 'and no more than once');
select is((select count(*) from unnest(array[pg_temp.given('anna'), pg_temp.given('anna'), pg_temp.given('anna')]) g where g = 'anna'), 0::bigint, 'nobody is given a ticket of their own');

update public.profiles set account_status = 'suspended' where email = 'anna@turns.test';
update public.profiles set role = 'member' where email = 'bert@turns.test';
select is(array(select distinct pg_temp.given('owner') from generate_series(1, 3)), '{cleo}'::text[], 'the barred and the demoted have no turn');
select is((select count(*)::integer from public.support_tickets where assigned_to in (pg_temp.person('anna'), pg_temp.person('bert'))), 0, 'and what they had is released');
create temp table by_hand on commit drop as select id from public.support_tickets where user_id = pg_temp.person('owner') and assigned_to is null order by number limit 1;
select set_config('request.jwt.claims', json_build_object('sub', pg_temp.person('boss'), 'role', 'authenticated')::text, true);
update public.support_tickets set assigned_to = pg_temp.person('cleo') where id = (select id from by_hand);
select results_eq($$select actor_kind::text, actor_id, action, details ->> 'to' from private.admin_actions where subject_id = (select id from by_hand) order by created_at desc, action limit 1$$,
  $$values ('staff', pg_temp.person('boss'), 'assign_ticket', pg_temp.person('cleo')::text)$$, 'who gives a ticket by hand is on record');
delete from auth.users where id = pg_temp.person('cleo');
select is(pg_temp.given('owner'), null, 'with nobody there a ticket waits');
select is_empty($$select from public.desk_turns where profile_id = pg_temp.person('cleo')$$, 'a turn goes with its agent');
select pg_temp.away('boss', true);
select set_config('request.jwt.claims', json_build_object('sub', pg_temp.person('owner'), 'role', 'authenticated')::text, true);
select throws_ok('select public.set_away(true)', 'PT403', null, 'customers have no turn');
select * from finish();
rollback;
