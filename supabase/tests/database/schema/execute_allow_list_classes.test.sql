-- Who may execute the functions of the class domain, checked exactly.
begin;
create temp table allowed (signature text, roles text) on commit drop;
insert into allowed values
  ('public.set_enrollments(uuid,uuid[])', 'authenticated,service_role'),
  ('public.assign_participant(uuid,uuid)', 'authenticated,service_role'),
  ('private.assign_participant(uuid,uuid)', 'authenticated,service_role'),
  ('public.class_attendance_report(uuid)', 'authenticated'),
  ('public.recording_control_target(uuid)', 'authenticated'),
  ('public.playable_recordings(uuid)', 'authenticated'),
  ('private.attendance_of(numeric,numeric,timestamptz,timestamptz,timestamptz,timestamptz)', 'authenticated,service_role'),
  ('private.stamp_attendance_mark()', ''),
  ('private.refresh_recording_status(uuid)', ''),
  ('private.refresh_recording_files(uuid)', ''),
  ('private.note_recording_status(uuid,public.recording_status,timestamptz)', ''),
  ('private.note_recording_file(uuid,jsonb,public.recording_file_state,timestamptz)', ''),
  ('private.apply_recording_changed(uuid,jsonb,timestamptz)', ''),
  ('private.apply_recording_files(uuid,jsonb,timestamptz)', ''),
  ('private.apply_recording_batch(uuid,jsonb,timestamptz)', ''),
  ('private.close_forgotten_meetings(timestamptz)', ''),
  ('private.note_no_shows(timestamptz)', ''),
  ('private.assumed_end(uuid,timestamptz)', ''),
  ('private.refresh_assumed_end(uuid,timestamptz)', ''),
  ('private.follow_signs_of_life()', ''),
  ('private.follow_start_and_class()', ''),
  ('private.follow_scheduled_end()', ''),
  ('private.forget_no_show()', ''),
  ('private.plan_alone()', ''),
  ('private.plan_one_after_another()', ''),
  ('public.note_zoom_stays(text,jsonb)', 'service_role'),
  ('public.note_zoom_reconciled(text)', 'service_role'),
  ('private.note_zoom_stays(uuid,jsonb)', ''),
  ('private.take_reported_rows(uuid,text)', ''),
  ('private.union_of(text[],text[])', ''),
  ('private.reconcile_ended_zoom_meeting()', ''),
  ('private.reconcile_zoom_meetings(timestamptz)', ''),
  ('public.unbound_meetings()', 'authenticated,service_role'),
  ('private.set_enrollments(uuid,uuid[])', 'authenticated,service_role'),
  ('private.unbound_meetings_of_caller()', 'authenticated,service_role'),
  ('private.hosted_class_ids()', 'authenticated,service_role'),
  ('private.enrolled_class_ids()', 'authenticated,service_role'),
  ('private.joinable_class_ids()', 'authenticated,service_role'),
  -- For definer functions, triggers and the inbox only.
  ('private.joinable_class_ids(uuid,timestamptz)', ''),
  ('private.lock_meeting(public.meeting_provider,text)', ''),
  ('private.match_class(public.meeting_provider,text,timestamptz)', ''),
  ('private.is_meeting_of_another(public.meeting_provider,text,uuid)', ''),
  ('private.rebind_cancelled_classes(public.meeting_provider,text)', ''),
  ('private.match_person(uuid,public.meeting_provider,text,text,text,text)', ''),
  ('private.match_participants(uuid,text)', ''),
  ('private.match_class_participants(uuid[])', ''),
  ('private.bind_instance(uuid)', ''),
  ('private.refresh_class_status(uuid)', ''),
  ('private.note_instance(public.meeting_provider,jsonb,timestamptz,public.start_evidence,timestamptz)', ''),
  ('private.apply_meeting_started(uuid,jsonb,timestamptz)', ''),
  ('private.apply_meeting_ended(uuid,jsonb,timestamptz)', ''),
  ('private.apply_participant(uuid,jsonb,timestamptz)', ''),
  ('private.apply_meeting_updated(uuid,jsonb,timestamptz)', ''),
  ('private.apply_meeting_deleted(uuid,jsonb,timestamptz)', ''),
  ('private.apply_meeting_created(uuid,jsonb,timestamptz)', ''),
  ('private.next_meeting_change(public.meeting_provider,text)', ''),
  ('private.stamp_class_field(uuid,text,timestamptz)', ''),
  ('private.unbound_meetings(uuid,boolean)', ''),
  ('private.class_cards(uuid)', ''),
  ('private.export_classes(uuid)', '');

select plan((select count(*) from allowed)::integer);
select is(
  (select coalesce(string_agg(role, ',' order by role), '')
    from unnest('{anon,authenticated,service_role}'::text[]) role where has_function_privilege(role, signature, 'execute')),
  roles, signature)
from allowed order by signature;
select * from finish();
rollback;
