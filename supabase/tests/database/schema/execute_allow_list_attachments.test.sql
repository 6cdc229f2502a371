-- Who may execute the functions about attachments, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('private.create_attachment(uuid,text,text,text,bigint)', 'authenticated'),
  ('public.create_attachment(uuid,text,text,text,bigint)', 'authenticated'),
  ('private.settle_attachment(uuid,uuid,text,text,text,text)', 'service_role'),
  ('public.settle_attachment(uuid,uuid,text,text,text,text)', 'service_role'),
  ('private.delete_attachment(uuid)', 'authenticated'),
  ('public.delete_attachment(uuid)', 'authenticated'),
  -- For definer functions, triggers and jobs only.
  ('private.count_attachment_bytes(uuid,uuid,bigint)', ''),
  ('private.metered_bytes(boolean,public.attachment_state,bigint)', ''),
  ('private.ticket_attachments_guard()', ''),
  ('private.remove_attachment_object(text)', ''),
  ('private.ticket_attachments_follow()', ''),
  ('private.sweep_unsettled_attachments(timestamp with time zone)', ''),
  ('private.remove_stray_objects()', ''),
  ('private.retire_lost_attachments()', ''),
  ('private.sweep_attachments(timestamp with time zone)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
