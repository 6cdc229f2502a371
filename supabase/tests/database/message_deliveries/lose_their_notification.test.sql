-- A delivery is of a notification that there is, and is withdrawn with it.
begin;
select plan(4);
insert into auth.users (id, email, email_confirmed_at) values (md5('withdrawn')::uuid, 'withdrawn@mails.test', now());
select private.notify(md5('withdrawn')::uuid, 'limit_90', null, '{"limit": "call_time"}');
create temp table queued on commit drop as select id from public.message_deliveries where user_id = md5('withdrawn')::uuid;
select throws_ok($$update public.message_deliveries set notification_id = gen_random_uuid() where id = (select id from queued)$$, '23503', null,
  'of none that there is not');
update public.message_deliveries set released_at = now() where id = (select id from queued);
delete from public.notifications where user_id = md5('withdrawn')::uuid;
select is((select notification_id from public.message_deliveries where id = (select id from queued)), null, 'it outlives its notification');
select is(private.begin_message((select id from queued), now()), '{"step": "none"}', 'and is not sent any more');
select is((select reason from public.message_deliveries where id = (select id from queued)), 'withdrawn', 'for that reason');
select * from finish();
rollback;
