-- What nobody finished ends after its time, and objects and rows are held against each other.
begin;
select plan(23);
\ir ../ticket_attachments/files.psql
create function pg_temp.object(p_name text) returns void language sql as $$
  insert into storage.objects (bucket_id, name) values ('ticket-attachments', p_name);
$$;
select pg_temp.file(1, 'pending', p_age => '3 hours'), pg_temp.file(2, 'pending', p_age => '2 hours 59 minutes'),
  pg_temp.file(3, 'rejected', p_age => '3 hours'), pg_temp.file(4, 'deleted', p_age => '3 hours'), pg_temp.file(5, 'deleted', p_age => '1 hour'),
  pg_temp.file(6, 'ready', p_age => '9 days');
select pg_temp.object(pg_temp.path(n)) from unnest('{2,6}'::integer[]) n;
select is(private.sweep_unsettled_attachments(now()), 3, 'three rows are over');
select results_eq($$select right(id::text, 2) from public.ticket_attachments order by 1$$, array['02', '05', '06'], 'a minute less is not, and ready never');
select results_eq('select pg_temp.removals()', array['01', '03', '04'], 'their objects, should there be any, are to be removed');
select is(pg_temp.used(), 200::bigint, 'the unfinished one gives its bytes back');
select is(private.sweep_unsettled_attachments(now()), 0, 'again there is nothing to do');

-- Uploads that came after the end: over a tombstone, and with no row at all.
update public.tasks set done_at = now();
select pg_temp.object(pg_temp.path(n)) from unnest('{4,5}'::integer[]) n;
select is(private.remove_stray_objects(), 2, 'an object of a tombstone and one of nobody are stray');
select results_eq('select pg_temp.removals()', array['04', '05'], 'and to be removed; those of pending and ready rows are not');
update public.tasks set attempts = 3 where done_at is null;
select is(private.remove_stray_objects(), 0, 'what is asked for already');
select ok(bool_and(attempts = 3 and version = 1), 'keeps its schedule of retries') from public.tasks where done_at is null;
update public.tasks set dead_at = now() where done_at is null;
select is(private.remove_stray_objects(), 2, 'what was given up is asked for again');

-- Uploads: only a pending row waits for one, and for none that is larger than announced.
update public.tasks set done_at = now(), dead_at = null;
insert into storage.objects (bucket_id, name, metadata)
select 'ticket-attachments', 'inbox/' || pg_temp.path(n), jsonb_build_object('size', size)
from (values (2, 100), (5, 100), (6, 100)) uploads (n, size);
select is(private.remove_stray_objects(), 4, 'uploads for a tombstone and for a ready file are stray, with the two objects');
select results_eq($$select resource_id from public.tasks where kind = 'remove_ticket_file' and done_at is null and resource_id like 'inbox/%' order by 1$$,
  $$values ('inbox/' || pg_temp.path(5)), ('inbox/' || pg_temp.path(6))$$, 'and are to be removed alone');
update storage.objects set metadata = '{"size": 101}' where name = 'inbox/' || pg_temp.path(2);
select is(private.remove_stray_objects(), 1, 'so is one of more bytes than were announced');

-- An object that was replaced.
insert into storage.objects (bucket_id, name, version) values ('ticket-attachments', pg_temp.path(8), 'seen');
select pg_temp.file(8, 'ready');
update public.ticket_attachments set object_version = 'seen' where id = pg_temp.id(8);
select is(private.retire_lost_attachments(), 0, 'a ready row with the object that was inspected stays');
update storage.objects set version = 'other' where name = pg_temp.path(8);
select is(private.retire_lost_attachments(), 1, 'with another one in its place it is lost');
select is((select state::text from public.ticket_attachments where id = pg_temp.id(8)), 'deleted', 'and becomes a tombstone');
delete from public.ticket_attachments where id = pg_temp.id(8);
select set_config('storage.allow_delete_query', 'true', true);
delete from storage.objects where name = pg_temp.path(8) or name like 'inbox/%';

-- An object that was removed in the dashboard.
select pg_temp.file(7, 'ready');
select is(private.retire_lost_attachments(), 1, 'a ready row without its object is lost');
select results_eq($$select right(id::text, 2), state::text from public.ticket_attachments where state_changed_at = now() and state = 'deleted' or id = pg_temp.id(6) order by 1$$,
  $$values ('06', 'ready'), ('07', 'deleted')$$, 'and becomes a tombstone, the others stay');
select is(pg_temp.used(), 200::bigint, 'its bytes are given back');

-- In parts.
update public.tasks set done_at = now(), dead_at = null;
update private.settings set value = '2' where name = 'attachment_compare_batch_size';
update private.attachment_comparison set last_object_name = '', last_attachment_id = '00000000-0000-0000-0000-000000000000';
select is((select array_agg(private.remove_stray_objects()) from generate_series(1, 3)), '{1,1,0}'::integer[], 'parts of two objects reach all four, then begin anew');
select is(last_object_name, '', 'from the start') from private.attachment_comparison;

select is(private.run_job('sweep_attachments') is null, false, 'the job runs');
select is_empty($$select error from private.job_runs where job_name = 'sweep_attachments' and error is not null$$, 'without an error');
select * from finish();
rollback;
