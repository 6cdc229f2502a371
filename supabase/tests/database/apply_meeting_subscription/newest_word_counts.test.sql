-- Google's words on a subscription count by their own time, and only for one of ours.
begin;
select plan(7);
insert into auth.users (id, email, email_confirmed_at) values
  ('c1000000-0000-4000-8000-000000000001', 'meet-host@example.com', now()),
  ('c1000000-0000-4000-8000-000000000002', 'meet-other@example.com', now()),
  ('c1000000-0000-4000-8000-000000000003', 'meet-ann@example.com', now()),
  ('c1000000-0000-4000-8000-000000000004', 'meet-unconfirmed@example.com', null);
update public.profiles set role = 'teacher', workspace_email = 'host@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000001';
update public.profiles set role = 'teacher', workspace_email = 'other@meet-school.example' where id = 'c1000000-0000-4000-8000-000000000002';
insert into private.google_meet_subscriptions (space, host_id, name, state, told_at, expires_at)
values ('spaces/pgtap-word', 'c1000000-0000-4000-8000-000000000001', 'subscriptions/pgtap-word', 'active', '2026-03-02 10:00Z', '2026-03-09 10:00Z');
create function pg_temp.tell(p_kind text, p_name text, p_at text) returns text language sql as $$
  select private.apply_meeting_subscription(gen_random_uuid(), jsonb_build_object('kind', p_kind, 'subscription', p_name,
    'occurred_at', p_at, 'reason', 'OTHER'), now());
$$;
create function pg_temp.state() returns text language sql as $$
  select state from private.google_meet_subscriptions where space = 'spaces/pgtap-word';
$$;
select is(pg_temp.tell('meeting_subscription_suspended', 'subscriptions/else', '2026-03-03T10:00:00Z'), 'ignored', 'a stranger''s');
select is(pg_temp.tell('meeting_subscription_suspended', 'subscriptions/pgtap-word', '2026-03-02T09:00:00Z'), 'ignored', 'older than what we know');
select is(pg_temp.tell('meeting_subscription_suspended', 'subscriptions/pgtap-word', '2026-03-03T10:00:00Z') || pg_temp.state(), 'appliedsuspended', 'newer');
select is((select count(*)::integer from public.tasks t join private.google_meet_subscriptions s on s.id::text = t.resource_id
  where s.space = 'spaces/pgtap-word'), 1, 'and looked after');
select is(pg_temp.tell('meeting_subscription_expired', 'subscriptions/pgtap-word', '2026-03-04T10:00:00Z') || pg_temp.state(), 'appliedabsent', 'expired: there is none');
select is(pg_temp.tell('meeting_subscription_expired', 'subscriptions/pgtap-word', '2026-03-05T10:00:00Z'), 'ignored', 'its name is forgotten');
select public.note_google_meet_subscription(id, '2026-03-06 10:00Z', 'subscriptions/pgtap-word', 'active', '2026-03-13 10:00Z')
from private.google_meet_subscriptions where space = 'spaces/pgtap-word';
select is(pg_temp.tell('meeting_subscription_suspended', 'subscriptions/pgtap-word', '2026-03-06T10:00:01Z') || pg_temp.state(), 'appliedsuspended',
  'what happened after Google was asked counts, however late the answer was written');
select * from finish();
rollback;
