create view private.timeline_calls with (security_invoker = true) as
  select user_id as person, called_at as happened_at, id::text as id,
    jsonb_build_object('call_id', id, 'assistant_id', assistant_id, 'direction', direction, 'status', status, 'outcome', outcome,
      'duration_seconds', duration_seconds) as data
  from public.call_logs;
comment on view private.timeline_calls is 'Calls of an account.';

insert into private.timeline_kinds (kind, view_name) values ('calls', 'private.timeline_calls');
