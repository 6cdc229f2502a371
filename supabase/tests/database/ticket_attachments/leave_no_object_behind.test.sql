-- However a row goes, its object is asked to go and its bytes are given back.
begin;
select plan(9);
insert into auth.users (id, email) values
  ('61000000-0000-4000-8000-000000000001', 'owner@attach.test'), ('61000000-0000-4000-8000-000000000002', 'other@attach.test'),
  ('61000000-0000-4000-8000-000000000003', 'agent@attach.test'), ('61000000-0000-4000-8000-000000000004', 'second@attach.test');
update public.profiles set role = 'agent' where id in ('61000000-0000-4000-8000-000000000003', '61000000-0000-4000-8000-000000000004');
insert into public.support_tickets (id, user_id, subject, description, status, closed_at) values
  ('62000000-0000-4000-8000-000000000001', '61000000-0000-4000-8000-000000000001', 's', 'd', 'open', null),
  ('62000000-0000-4000-8000-000000000002', '61000000-0000-4000-8000-000000000001', 's', 'd', 'closed', now());

-- A file's row in any state: the id's last digits are p_number.
create function pg_temp.file(p_number integer, p_state public.attachment_state, p_by integer default 1, p_ticket integer default 1, p_size bigint default 100, p_age interval default '0')
returns void language sql as $$
  insert into public.ticket_attachments
    (id, ticket_id, user_id, file_name, content_type, size_bytes, sha256, path, state, rejection_reason, uploaded_by, is_internal, is_metered, state_changed_at)
  select id, ticket, '61000000-0000-4000-8000-000000000001', 'a.png', 'image/png', p_size, case p_state when 'ready' then repeat('0', 64) end,
    format('%s/%s/a.png', ticket, id), p_state, case p_state when 'rejected' then 'polyglot' end,
    ('61000000-0000-4000-8000-00000000000' || p_by)::uuid, p_by = 3, p_by < 3, now() - p_age
  from (select ('63000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid as id, ('62000000-0000-4000-8000-00000000000' || p_ticket)::uuid as ticket) ids;
$$;
create function pg_temp.id(p_number integer) returns uuid language sql as $$
  select ('63000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid;
$$;
create function pg_temp.path(p_number integer, p_ticket integer default 1) returns text language sql as $$
  select format('62000000-0000-4000-8000-00000000000%s/%s/a.png', p_ticket, pg_temp.id(p_number));
$$;
create function pg_temp.used(p_user integer default 1) returns bigint language sql as $$
  select used_attachment_bytes from public.user_limits where user_id = ('61000000-0000-4000-8000-00000000000' || p_user)::uuid;
$$;
create function pg_temp.removals() returns setof text language sql as $$
  select right(split_part(resource_id, '/', 2), 2) from public.tasks where kind = 'remove_ticket_file' and done_at is null and user_id is null order by 1;
$$;
select pg_temp.file(1, 'ready'), pg_temp.file(2, 'pending'), pg_temp.file(3, 'rejected');
delete from public.ticket_attachments where id = pg_temp.id(1);
select results_eq('select pg_temp.removals()', array['01'], 'a row that is deleted by hand');
select is(pg_temp.used(), 100::bigint, 'gives its bytes back');
delete from public.support_tickets where id = '62000000-0000-4000-8000-000000000001';
select results_eq('select pg_temp.removals()', array['01', '02', '03'], 'rows that go with their ticket');
select is(pg_temp.used(), 0::bigint, 'give their bytes back');

select pg_temp.file(4, 'ready', p_ticket => 2), pg_temp.file(5, 'pending', p_by => 3, p_ticket => 2);
select lives_ok($$delete from auth.users where id = '61000000-0000-4000-8000-000000000003'$$, 'an agent who uploaded can go');
select results_eq($$select uploaded_by, state::text from public.ticket_attachments where id = pg_temp.id(5)$$, $$values (null::uuid, 'pending')$$, 'and leaves the files of the ticket');
select lives_ok($$delete from auth.users where id = '61000000-0000-4000-8000-000000000001'$$, 'a customer with files can go, in the dashboard too');
select results_eq('select pg_temp.removals()', array['01', '02', '03', '04', '05'], 'and no object of his tickets stays');
select is_empty($$select from public.ticket_attachments$$, 'nor a row');
select * from finish();
rollback;
