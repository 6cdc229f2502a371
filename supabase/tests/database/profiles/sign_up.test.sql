-- A sign-up makes profile, card, limits and a log row, or fails.
begin;
select plan(15);
update private.settings set value = '"9 days"' where name = 'demo_length';

insert into auth.users (id, email, raw_user_meta_data) values
  ('10000000-0000-4000-8000-000000000001', 'ada@sign-up.test',
    '{"full_name": "  Ada Sign ", "avatar_url": "https://img.test/a.png", "role": "admin", "is_demo": false, "time_zone": "Asia/Tokyo"}'),
  ('10000000-0000-4000-8000-000000000002', null, '{"full_name": " "}');

create temp table ada on commit drop as select * from public.profiles where id = '10000000-0000-4000-8000-000000000001';
select is((select email from ada), 'ada@sign-up.test', 'the e-mail is taken over');
select is((select full_name from ada), 'Ada Sign', 'the name is taken over, trimmed');
select is((select avatar_url from ada), 'https://img.test/a.png', 'the picture is taken over');
select is((select role from ada), 'member', 'a role in the metadata, which the client chooses, is not believed');
select is((select time_zone from ada), 'UTC', 'days are cut in UTC until the user says otherwise');
select is((select account_status from ada), 'active', 'the account is active');
select ok((select is_demo from ada), 'the account is a trial');
select is((select demo_expires_at from ada), now() + interval '9 days', 'the trial lasts as long as the setting says');
select is((select full_name from public.profiles where id = '10000000-0000-4000-8000-000000000002'), null,
  'a blank name is no name, and a user without an e-mail may sign up');
select results_eq(
  $$select full_name, avatar_url from public.profile_cards where id = '10000000-0000-4000-8000-000000000001'$$,
  $$values ('Ada Sign', 'https://img.test/a.png')$$, 'the card shows name and picture');
select results_eq(
  $$select plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes, current_assistants, used_call_time_seconds,
      period_start, period_end from public.user_limits where user_id = '10000000-0000-4000-8000-000000000001'$$,
  $$select plan_type, max_assistants, max_call_time_seconds, max_attachment_bytes, 0::public.amount, 0::public.amount, now(), null::timestamptz
    from public.plans where plan_type = 'free'$$, 'the limits are those of the free plan, for a lifetime');
select results_eq(
  $$select action_type, actor_kind from public.usage_logs where user_id = '10000000-0000-4000-8000-000000000001'$$,
  $$values ('account_created', 'system'::public.actor_kind)$$, 'the log begins with the account');

insert into auth.users (id, email, raw_user_meta_data) values
  ('10000000-0000-4000-8000-000000000004', 'long@sign-up.test',
    jsonb_build_object('full_name', repeat('n', 199) || ' name', 'avatar_url', 'http://img.test/a.png')),
  ('10000000-0000-4000-8000-000000000005', 'odd@sign-up.test', '{"full_name": {"first": 1}, "avatar_url": ["javascript:alert(1)"]}');
select results_eq(
  $$select full_name, avatar_url from public.profiles where id = '10000000-0000-4000-8000-000000000004'$$,
  $$values (repeat('n', 199), null::text)$$, 'a name that is too long is cut, and a picture that is not https is left out');
select is((select avatar_url from public.profiles where id = '10000000-0000-4000-8000-000000000005'), null,
  'metadata of any shape lets a user sign up');

delete from private.settings where name = 'demo_length';
select throws_ok(
  $$insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000003', 'bob@sign-up.test')$$,
  '23514', null, 'a sign-up whose profile cannot be made fails');
select * from finish();
rollback;
