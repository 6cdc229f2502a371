-- The Directory is asked again only when its answer has grown old, and each domain for itself.
begin;
select plan(9);
insert into private.directory_answers (domain, user_key, addresses, asked_at) values
  ('meet-school.example', 'pgtap-known', '{a@meet-school.example}', now()),
  ('meet-school.example', 'pgtap-missed', '{}', now());
create function pg_temp.unknown(p_subject text, p_after interval) returns text[] language sql as $$
  select private.unknown_accounts(p_subject, '{pgtap-known,pgtap-missed,pgtap-new,pgtap-new}', now() + p_after);
$$;
select is(pg_temp.unknown('host@Meet-School.example', '1 hour'), '{pgtap-new}', 'who is new is asked about, once');
select is(pg_temp.unknown('host@meet-school.example', '6 days 23 hours'), '{pgtap-new}', 'a miss is kept for a week');
select is(pg_temp.unknown('host@meet-school.example', '8 days'), '{pgtap-missed,pgtap-new}', 'and asked again after it');
select is(pg_temp.unknown('host@meet-school.example', '31 days'), '{pgtap-known,pgtap-missed,pgtap-new}', 'an answer is kept for a month');
select is(pg_temp.unknown('host@else.example', '1 hour'), '{pgtap-known,pgtap-missed,pgtap-new}', 'another domain knows nothing of it');
select is(private.forget_directory_answers(now() + interval '6 days 23 hours'), 0, 'what is not asked again is kept');
select is(private.forget_directory_answers(now() + interval '8 days'), 1, 'a miss goes when it is asked again');
select is((select array_agg(user_key) from private.directory_answers where domain = 'meet-school.example'), '{pgtap-known}', 'and no answer');
select is(private.forget_directory_answers(now() + interval '31 days'), 1, 'which goes in its turn');
select * from finish();
rollback;
