-- An import is settled once, whoever comes first: the request, its task, or the owner who gave up.
begin;
select plan(17);
insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-00000000aa01', 'import-one@example.com'),
  ('00000000-0000-4000-8000-00000000aa02', 'import-two@example.com');

create temp table made on commit drop as
select public.begin_number_import('00000000-0000-4000-8000-00000000aa01', 'twilio', '+15550100001',
  p_twilio_account_sid => 'AC' || repeat('0', 32)) as id;
select is((select status from public.phone_numbers where id = (select id from made)), 'importing', 'a begun import is importing');
select ok(
  (select run_after between now() + interval '30 seconds' and now() + interval '2 minutes' from public.tasks
    where kind = 'confirm_phone_number' and resource_id = (select id::text from made)),
  'a task looks after it, should the request not come back');
select throws_ok(
  $$ select public.begin_number_import('00000000-0000-4000-8000-00000000aa01', 'twilio', '+15550100001',
    p_twilio_account_sid => 'AC' || repeat('0', 32)) $$, 'PT409');
select lives_ok(
  $$ select public.begin_number_import('00000000-0000-4000-8000-00000000aa02', 'twilio', '+15550100001',
    p_twilio_account_sid => 'AC' || repeat('0', 32)) $$, 'somebody else is not told that the number is taken');

select is(public.finish_number_import((select id from made), 'vp-1', false), 'importing', 'VAPI has it and does not answer it yet');
select is((select vapi_phone_id from public.phone_numbers where id = (select id from made)), 'vp-1', 'its id is kept');
select is(public.fail_number_import((select id from made), 'late'), false, 'what VAPI has does not fail any more');
select is(public.finish_number_import((select id from made), 'vp-1', true), 'active', 'then it is active');
select is(public.finish_number_import((select id from made), 'vp-1', true), 'active', 'saying it again changes nothing');
select is(public.finish_number_import((select id from made), 'vp-2', true), 'refused', 'a second number for the same row is not wanted');
select isnt_empty($$ select from public.tasks where kind = 'release_phone_number' and resource_id = 'vp-2' $$, 'and is released');

select is(
  public.finish_number_import((select id from public.phone_numbers where user_id = '00000000-0000-4000-8000-00000000aa02'), 'vp-3', true),
  'refused', 'a number is active once');
select results_eq(
  $$ select status::text, error from public.phone_numbers where user_id = '00000000-0000-4000-8000-00000000aa02' $$,
  $$ values ('failed', 'number_refused') $$, 'the second one failed');
select isnt_empty($$ select from public.tasks where kind = 'release_phone_number' and resource_id = 'vp-3' $$, 'and is released');

select is(public.finish_number_import(gen_random_uuid(), 'vp-4', true), 'refused', 'a row that is gone wants nothing');
select isnt_empty($$ select from public.tasks where kind = 'release_phone_number' and resource_id = 'vp-4' $$, 'so it is released');

select lives_ok($$ select public.abandon_number_import((select id from made)) $$, 'abandoning an active number');
select * from finish();
rollback;
