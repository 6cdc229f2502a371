-- Subscriptions follow from the classes: which are wanted when, and when the job asks for work.
begin;
select plan(13);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1000000-0000-4000-8000-000000000001', 'meet-host@example.com', now()),
  ('c1000000-0000-4000-8000-000000000002', 'meet-other@example.com', now()),
  ('c1000000-0000-4000-8000-000000000003', 'meet-ann@example.com', now()),
  ('c1000000-0000-4000-8000-000000000004', 'meet-unconfirmed@example.com', null);
update public.profiles set role = 'teacher', workspace_email = 'host@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000001';
update public.profiles set role = 'teacher', workspace_email = 'other@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000002';
insert into public.live_classes (id, host_id, title, provider, meeting_id, scheduled_start, duration_minutes) values
  ('c2000000-0000-4000-8000-000000000001', 'c1000000-0000-4000-8000-000000000001', 'Class', 'google_meet', 'spaces/pgtap-sub', '2100-03-10 10:00Z', 60);
create function pg_temp.wanted(p_now timestamptz) returns boolean language sql as $$
  select exists (select from private.wanted_google_meet_subscriptions(p_now) where space = 'spaces/pgtap-sub');
$$;
create function pg_temp.asked() returns integer language sql as $$
  select count(*)::integer from public.tasks t join private.google_meet_subscriptions s on t.resource_id = s.id::text
  where s.space = 'spaces/pgtap-sub' and t.kind = 'sync_google_meet_subscription' and t.done_at is null;
$$;
select ok(not pg_temp.wanted('2100-03-02 09:59Z'), 'not nine days before');
select ok(pg_temp.wanted('2100-03-02 10:01Z'), 'within eight days');
select ok(pg_temp.wanted('2100-03-10 12:59Z'), 'until the window of the class closes');
select ok(not pg_temp.wanted('2100-03-10 13:01Z'), 'not after it');
select is(pg_temp.asked(), 0, 'a class that is far asks for nothing');

select private.renew_google_meet_subscriptions('2100-03-03 10:00Z');
select is(pg_temp.asked(), 1, 'the job asks for what is missing');
update public.tasks set done_at = now() where kind = 'sync_google_meet_subscription';
select private.renew_google_meet_subscriptions('2100-03-03 10:10Z');
select is(pg_temp.asked(), 0, 'not again within half an hour');
update private.google_meet_subscriptions set name = 'subscriptions/pgtap', state = 'active', expires_at = '2100-03-10 10:00Z' where space = 'spaces/pgtap-sub';
select private.renew_google_meet_subscriptions('2100-03-04 09:59Z');
select is(pg_temp.asked(), 0, 'what lasts for more than two days is left alone');
select private.renew_google_meet_subscriptions('2100-03-04 10:01Z');
select is(pg_temp.asked(), 1, 'and looked at once a day: it may be gone at Google, or publish elsewhere');
update public.tasks set done_at = now() where kind = 'sync_google_meet_subscription';
update private.google_meet_subscriptions set asked_at = '2100-03-07 10:30Z' where space = 'spaces/pgtap-sub';
select private.renew_google_meet_subscriptions('2100-03-08 10:01Z');
select is(pg_temp.asked(), 1, 'what expires within two days is renewed');
update public.tasks set done_at = now() where kind = 'sync_google_meet_subscription';

update public.profiles set workspace_email = null where id = 'c1000000-0000-4000-8000-000000000001';
select ok(not pg_temp.wanted('2100-03-09 10:00Z'), 'nobody to ask as: nothing is wanted');
update public.profiles set workspace_email = 'host@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000001';
update public.live_classes set status = 'cancelled' where id = 'c2000000-0000-4000-8000-000000000001';
select ok(not pg_temp.wanted('2100-03-09 10:00Z'), 'nor for a cancelled class');
select private.renew_google_meet_subscriptions('2100-03-09 10:00Z');
select is(pg_temp.asked(), 1, 'one that nobody wants is ended');
select * from finish();
rollback;
