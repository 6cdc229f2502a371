-- Removes uploads that nobody finished and objects that belong to no row. An upload URL lives two hours and its row lives longer, so
-- that no file arrives unknown. The comparison finds whatever went another way.
create table private.attachment_comparison (
  is_only_row boolean primary key default true constraint there_is_one_row check (is_only_row),
  last_object_name text not null default '',
  last_attachment_id uuid not null default '00000000-0000-0000-0000-000000000000'
);
comment on table private.attachment_comparison is 'How far the comparison of objects and rows has come; each tick goes on from here and starts over at the end.';

alter table private.attachment_comparison enable row level security;

create policy "nobody but the owner of the schema reads the comparison" on private.attachment_comparison
  for all to anon, authenticated using (false) with check (false);

insert into private.attachment_comparison default values;

create function private.sweep_unsettled_attachments(p_now timestamptz) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_before constant timestamptz := p_now - private.setting_interval('attachment_unsettled_for');
  v_ids uuid[];
  v_rows integer;
begin
  select array_agg(id) into v_ids from (
    select id from public.ticket_attachments
    where state <> 'ready' and state_changed_at <= v_before
    order by state_changed_at limit private.setting_integer('attachment_job_batch_size')
  ) due;
  perform from public.user_limits
  where user_id in (select uploaded_by from public.ticket_attachments where id = any (v_ids))
  order by user_id for no key update;
  -- This is asked again, because a file may have become ready meanwhile.
  delete from public.ticket_attachments where id = any (v_ids) and state <> 'ready' and state_changed_at <= v_before;
  get diagnostics v_rows = row_count;
  return v_rows;
end;
$$;
comment on function private.sweep_unsettled_attachments(timestamptz) is
  'Deletes one batch of pending rows whose file never came and of tombstones that served their time.';

create function private.remove_stray_objects() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_bucket constant text := 'ticket-attachments';
  v_size constant integer := private.setting_integer('attachment_compare_batch_size');
  v_names text[];
  v_rows integer;
begin
  select array_agg(name order by name) into v_names from (
    select name from storage.objects
    where bucket_id = c_bucket and name > (select last_object_name from private.attachment_comparison)
    order by name limit v_size
  ) part;
  select count(private.remove_attachment_object(o.name)) into v_rows
  from storage.objects o
  where o.bucket_id = c_bucket and o.name = any (v_names)
    and not exists (
      select from public.ticket_attachments a
      where a.path = regexp_replace(o.name, '^inbox/', '')
        and case when o.name like 'inbox/%'
          -- Whatever is larger than it was announced is refused anyway, and Storage lets in what has no declared size.
          then a.state = 'pending' and coalesce((o.metadata ->> 'size')::bigint, 0) <= a.size_bytes
          else a.state in ('pending', 'ready') end)
    -- An object whose removal is asked for already keeps its schedule of retries.
    and not exists (select from public.tasks
      where kind = 'remove_ticket_file' and resource_id = o.name and done_at is null and cancelled_at is null and dead_at is null);
  update private.attachment_comparison
  set last_object_name = case when cardinality(v_names) = v_size then v_names[v_size] else '' end;
  return v_rows;
end;
$$;
comment on function private.remove_stray_objects() is
  'Asks for the objects of one part of the bucket to be removed that no pending or ready row names, and for uploads that no '
  'pending row waits for.';

create function private.retire_lost_attachments() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  c_bucket constant text := 'ticket-attachments';
  v_size constant integer := private.setting_integer('attachment_compare_batch_size');
  v_ids uuid[];
  v_lost uuid[];
  v_rows integer;
begin
  select array_agg(id order by id) into v_ids from (
    select id from public.ticket_attachments
    where id > (select last_attachment_id from private.attachment_comparison)
    order by id limit v_size
  ) part;
  select array_agg(id) into v_lost from public.ticket_attachments a
  where id = any (v_ids) and state = 'ready'
    and not exists (select from storage.objects
      where bucket_id = c_bucket and name = a.path and version is not distinct from a.object_version);
  perform from public.user_limits
  where user_id in (select uploaded_by from public.ticket_attachments where id = any (v_lost))
  order by user_id for no key update;
  update public.ticket_attachments set state = 'deleted' where id = any (v_lost) and state = 'ready';
  get diagnostics v_rows = row_count;
  if v_rows > 0 then
    raise warning '% ready files had no object, or another one than was inspected', v_rows;
  end if;
  update private.attachment_comparison set last_attachment_id =
    case when cardinality(v_ids) = v_size then v_ids[v_size] else '00000000-0000-0000-0000-000000000000' end;
  return v_rows;
end;
$$;
comment on function private.retire_lost_attachments() is
  'Makes tombstones of one part of the ready rows whose object is gone or replaced, so that no link leads to nothing, nor to what '
  'nobody inspected, and the bytes are given back.';

create function private.sweep_attachments(p_now timestamptz) returns integer
language sql security definer set search_path = '' as $$
  select private.sweep_unsettled_attachments(p_now) + private.remove_stray_objects() + private.retire_lost_attachments();
$$;
comment on function private.sweep_attachments(timestamptz) is 'Job: one bounded batch of each; at rest, objects and ready rows agree one to one.';

select private.schedule_job('sweep_attachments', '*/5 * * * *', 'private.sweep_attachments',
  'Ends unfinished uploads and tombstones, and holds objects and rows against each other.');
