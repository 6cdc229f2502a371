-- Who may announce a file, how much, how often; and what the row says then.
begin;
select plan(34);
insert into auth.users (id, email) values
  ('61000000-0000-4000-8000-000000000001', 'owner@attach.test'), ('61000000-0000-4000-8000-000000000002', 'other@attach.test'),
  ('61000000-0000-4000-8000-000000000003', 'agent@attach.test'), ('61000000-0000-4000-8000-000000000004', 'teacher@attach.test');
update public.profiles set role = 'agent' where id = '61000000-0000-4000-8000-000000000003';
update public.profiles set role = 'teacher' where id = '61000000-0000-4000-8000-000000000004';
insert into public.support_tickets (id, user_id, subject, description, status, closed_at)
values ('62000000-0000-4000-8000-000000000002', '61000000-0000-4000-8000-000000000001', 's', 'd', 'closed', now());
insert into public.support_tickets (id, user_id, subject, description) values
  ('62000000-0000-4000-8000-000000000001', '61000000-0000-4000-8000-000000000001', 's', 'd'),
  ('62000000-0000-4000-8000-000000000003', '61000000-0000-4000-8000-000000000001', 's', 'd'),
  ('62000000-0000-4000-8000-000000000004', '61000000-0000-4000-8000-000000000003', 'an agent''s own', 'd');
update public.user_limits set max_attachment_bytes = 60000000 where user_id = '61000000-0000-4000-8000-000000000001';

create function pg_temp.become(p_id uuid) returns void language sql as $$
  select set_config('request.jwt.claims', json_build_object('sub', p_id, 'role', 'authenticated')::text, true),
    set_config('role', 'authenticated', true);
$$;
create function pg_temp.announce(p_ticket integer, p_size bigint default 1, p_type text default 'image/png', p_name text default 'a.png', p_object text default 'a.png')
returns jsonb language sql as $$
  select public.create_attachment(('62000000-0000-4000-8000-00000000000' || p_ticket)::uuid, p_name, p_object, p_type, p_size);
$$;
create function pg_temp.metered_as(p_status public.account_status) returns boolean[] language plpgsql as $$
begin
  update public.profiles set account_status = p_status where id = '61000000-0000-4000-8000-000000000003';
  delete from public.ticket_attachments where ticket_id = '62000000-0000-4000-8000-000000000004';
  perform pg_temp.become('61000000-0000-4000-8000-000000000003');
  perform pg_temp.announce(4);
  perform set_config('role', 'postgres', true);
  return array(select is_metered from public.ticket_attachments where ticket_id = '62000000-0000-4000-8000-000000000004');
end;
$$;
grant execute on all functions in schema pg_temp to authenticated;

select pg_temp.become('61000000-0000-4000-8000-000000000001');
select results_eq($$select k from jsonb_object_keys(pg_temp.announce(1, 100)) k order by 1$$,
  $$values ('content_type'), ('file_name'), ('id'), ('path'), ('size_bytes')$$, 'the owner announces a file');
reset role;
select results_eq($$select state::text, user_id, uploaded_by, is_internal, is_metered, size_bytes, path = ticket_id || '/' || id || '/a.png' from public.ticket_attachments$$,
  $$values ('pending', '61000000-0000-4000-8000-000000000001'::uuid, '61000000-0000-4000-8000-000000000001'::uuid, false, true, 100::bigint, true)$$,
  'the row is pending, the owner''s, public and metered, and the path is its own');
select is(used_attachment_bytes::bigint, 100::bigint, 'its bytes count at once') from public.user_limits where user_id = '61000000-0000-4000-8000-000000000001';
select results_eq($$select action_type, attachment_bytes_change, actor_kind::text from public.usage_logs where user_id = '61000000-0000-4000-8000-000000000001' and resource_type = 'ticket_attachment'$$,
  $$values ('attachment_added', 100::bigint, 'user')$$, 'and stand in the log');

-- Strangers
select pg_temp.become('61000000-0000-4000-8000-000000000002');
select throws_ok($$select pg_temp.announce(1)$$, 'PT404', null, 'another customer finds no ticket');
select throws_ok($$select pg_temp.announce(9)$$, 'PT404', null, 'as with one that is not there');
select pg_temp.become('61000000-0000-4000-8000-000000000004');
select throws_ok($$select pg_temp.announce(1)$$, 'PT404', null, 'a teacher is no support staff');
select set_config('request.jwt.claims', '{"role":"anon"}', true), set_config('role', 'anon', true);
select throws_ok($$select public.create_attachment('62000000-0000-4000-8000-000000000001', 'a.png', 'a.png', 'image/png', 1)$$, '42501', null, 'anon may not ask');
reset role;

-- Staff
select pg_temp.become('61000000-0000-4000-8000-000000000003');
select lives_ok($$select pg_temp.announce(1, 5000000)$$, 'staff attach to any ticket');
reset role;
select results_eq($$select is_internal, is_metered from public.ticket_attachments where uploaded_by = '61000000-0000-4000-8000-000000000003'$$,
  $$values (true, false)$$, 'what staff attach is hidden until it is sent, and not metered');
select is(used_attachment_bytes::bigint, 0::bigint, 'staff have no quota') from public.user_limits where user_id = '61000000-0000-4000-8000-000000000003';
select pg_temp.become('61000000-0000-4000-8000-000000000003');
select lives_ok($$select pg_temp.announce(4)$$, 'an agent attaches to his own ticket');
reset role;
select results_eq($$select is_internal from public.ticket_attachments where ticket_id = '62000000-0000-4000-8000-000000000004'$$, array[false], 'as its customer');
savepoint barred;
select is(pg_temp.metered_as(status), array[true], format('a %s agent has a quota like everybody', status))
from unnest('{suspended,closing}'::public.account_status[]) status;
rollback to barred;

-- Closed
select pg_temp.become('61000000-0000-4000-8000-000000000001');
select throws_ok($$select pg_temp.announce(2)$$, 'PT409', null, 'a closed ticket takes no file');
select pg_temp.become('61000000-0000-4000-8000-000000000003');
select throws_ok($$select pg_temp.announce(2)$$, 'PT409', null, 'of staff neither');

-- What the row refuses, whoever comes around the function
select pg_temp.become('61000000-0000-4000-8000-000000000001');
select throws_ok($$select pg_temp.announce(1, 10485761)$$, '23514', null, '10 MiB and a byte');
select throws_ok($$select pg_temp.announce(1, 0)$$, '23514', null, 'no byte');
select throws_ok($$select pg_temp.announce(1, p_type => 'image/svg+xml')$$, '23514', null, 'a type that is not accepted');
select throws_ok($$select pg_temp.announce(1, p_object => '../a.png')$$, '23514', null, 'a path out of its folder');
select throws_ok($$select pg_temp.announce(1, p_object => '..')$$, '23514', null, 'an object called like a folder');
select throws_ok($$select pg_temp.announce(1, p_object => 'a/b.png')$$, '23514', null, 'an object in a deeper folder');
select throws_ok(format($$select pg_temp.announce(1, p_name => %L)$$, 'a' || chr(8238) || 'gnp.exe'), '23514', null, 'a name that turns the direction of reading');
select throws_ok(format($$select pg_temp.announce(1, p_name => %L)$$, 'a' || chr(8203) || 'b.png'), '23514', null, 'a name with what nobody sees');
select throws_ok(format($$select pg_temp.announce(1, p_name => %L)$$, E'a\nb.png'), '23514', null, 'a name with a control character');
select throws_ok($$select pg_temp.announce(1, p_name => 'a/b.png')$$, '23514', null, 'a name with a path');

select pg_temp.become('61000000-0000-4000-8000-000000000003');
select lives_ok(format($$select pg_temp.announce(4, p_name => %L)$$, 'می' || chr(8204) || 'خواهم.png'), 'but one whose letters are joined by it');
select pg_temp.become('61000000-0000-4000-8000-000000000001');

-- Counts: one public file and one internal file are there.
select lives_ok($$select pg_temp.announce(1) from generate_series(1, 19)$$, '20 public files fit beside an internal one');
select throws_ok($$select pg_temp.announce(1)$$, 'PT409', null, 'the 21st public file is refused, the internal one does not count for the owner');
select lives_ok($$select pg_temp.announce(3, 10485760) from generate_series(1, 5)$$, '50 MiB fit');
select throws_ok($$select pg_temp.announce(3, 1)$$, 'PT409', null, 'and one byte more does not');
reset role;
update public.ticket_attachments set state = 'deleted' where ticket_id = '62000000-0000-4000-8000-000000000003';
update public.user_limits set max_attachment_bytes = 1000 where user_id = '61000000-0000-4000-8000-000000000001';
select pg_temp.become('61000000-0000-4000-8000-000000000001');
select throws_ok($$select pg_temp.announce(3, 1000)$$, 'PT402', null, 'a file beyond the quota is refused');
reset role;
update private.rate_limits set max_count = (select taken from private.rate_windows where user_id = '61000000-0000-4000-8000-000000000001' and kind = 'uploads') where kind = 'uploads';
select pg_temp.become('61000000-0000-4000-8000-000000000001');
select throws_ok($$select pg_temp.announce(3, 1)$$, 'PGRST', null, 'so is one beyond the uploads of an hour');
reset role;
select * from finish();
rollback;
