-- At the time for which a class is planned. A host who may host no more reads their classes as nobody's.
create view private.timeline_classes with (security_invoker = true) as
  select host_id as person, scheduled_start as happened_at, id::text as id,
    jsonb_build_object('class_id', id, 'title', title, 'status', status, 'scheduled_end', scheduled_end, 'is_host', true) as data
  from public.live_classes where private.acting_role(host_id) in ('teacher', 'admin')
  union all
  select e.profile_id, k.scheduled_start, k.id::text,
    jsonb_build_object('class_id', k.id, 'title', k.title, 'status', k.status, 'scheduled_end', k.scheduled_end, 'is_host', false)
  from public.class_enrollments e join public.class_cards k on k.id = e.live_class_id;
comment on view private.timeline_classes is 'Classes that somebody hosts or is enrolled in.';

insert into private.timeline_kinds (kind, view_name) values ('classes', 'private.timeline_classes');
