-- What was told is remembered apart from the notifications, by what it was about, and not for ever.
begin;
select plan(9);
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'one@told.test'), ('10000000-0000-4000-8000-000000000002', 'two@told.test');
create function pg_temp.tell(p_user integer, p_about text, p_can_recur boolean default false) returns boolean language sql as $$
  select private.tell_once(('10000000-0000-4000-8000-00000000000' || p_user)::uuid, 'purge_7_days', p_about, null, '{}', p_can_recur);
$$;
select ok(pg_temp.tell(1, 'May'), 'the first time');
delete from public.notifications;
select ok(not pg_temp.tell(1, 'May'), 'not again, though the owner deleted it');
select is((select count(*) from public.notifications where user_id = '10000000-0000-4000-8000-000000000001'), 0::bigint, 'and nothing is written');
select ok(pg_temp.tell(1, 'June'), 'about something else it is');
select ok(pg_temp.tell(2, 'May'), 'and to somebody else');
select results_eq($$select pg_temp.tell(2, 'full', true) from generate_series(1, 5)$$, '{t,t,t,f,f}'::boolean[], 'what can recur is told three times a day');
update private.told set told_on = told_on - 1 where about = 'full';
select ok(pg_temp.tell(2, 'full', true), 'and again the next day');
update private.told set told_on = told_on - 401 where user_id = '10000000-0000-4000-8000-000000000001';
select pg_temp.tell(1, 'July');
select is((select string_agg(about, ' ') from private.told where user_id = '10000000-0000-4000-8000-000000000001'), 'July', 'what is long past is forgotten');
select ok(not pg_temp.tell(9, 'May'), 'nobody is told nothing');
select * from finish();
rollback;
