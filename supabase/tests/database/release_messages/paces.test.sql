-- However many mails are due, the queue of tasks gets no more than leave in two minutes, and a mail of many is one.
begin;
select plan(9);
insert into auth.users (id, email) select ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@flood.test' from generate_series(1, 300) n;
delete from public.message_deliveries;
delete from public.tasks where kind = 'send_email';
select count(private.notify(id, 'limit_90', null, '{"limit": "call_time"}')) from public.profiles where email like '%@flood.test';
select is((select count(*) from public.message_deliveries where state = 'queued'), 300::bigint, 'each notification has a delivery');
select is((select count(*) from public.tasks where kind = 'send_email'), 0::bigint, 'which is no task yet');
select is(private.release_messages(now()), 240, 'at two a second 240 are handed out');
select is((select count(*) from public.tasks where kind = 'send_email'), 240::bigint, 'as tasks');
select is(private.release_messages(now()), 0, 'and no more while these are open');
update public.message_deliveries set state = 'sent' where id in (select resource_id::uuid from public.tasks where kind = 'send_email' limit 20);
select is(private.release_messages(now()), 20, 'as many as left make room');

-- Slots: two a second, for all workers together.
update private.mail_pace set next_slot_at = 'epoch', paused_until = 'epoch';
create temp table slots on commit drop as
  select n, slot.* from generate_series(1, 30) n, lateral (select (s).slot_at, (s).is_taken
    from (select private.take_mail_slot('2026-12-01 12:00:00+00'::timestamptz + n * interval '0') as s offset 0) x) slot;
select results_eq('select slot_at, is_taken from slots where n in (1, 2, 3, 21) order by n',
  $$values ('2026-12-01 12:00:00+00'::timestamptz, true), ('2026-12-01 12:00:00.5+00', true), ('2026-12-01 12:00:01+00', true), ('2026-12-01 12:00:10+00', true)$$,
  'the next free moment is half a second later');
select is((select count(*) from slots where is_taken), 21::bigint, 'a moment beyond ten seconds is not taken: the task comes again then');
select private.pause_mails('2026-12-01 13:00:00+00', 'told');
select is((private.take_mail_slot('2026-12-01 12:30:00+00')).slot_at, '2026-12-01 13:00:00+00'::timestamptz, 'no mail leaves during a pause');
select * from finish();
rollback;
