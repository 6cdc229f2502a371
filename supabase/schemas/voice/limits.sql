-- What the voice domain counts against a plan, from its facts.
create function private.count_assistants(p_user_id uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select count(*) from public.assistants where user_id = p_user_id;
$$;
comment on function private.count_assistants(uuid) is 'How many assistants a user has.';

create function private.sum_call_time(p_user_id uuid, p_from timestamptz, p_to timestamptz) returns bigint
language sql stable security definer set search_path = '' as $$
  select coalesce(sum(duration_seconds), 0)
  from public.call_logs
  where user_id = p_user_id and ended_at >= p_from and ended_at < coalesce(p_to, 'infinity');
$$;
comment on function private.sum_call_time(uuid, timestamptz, timestamptz) is
  'Seconds of a user''s calls that ended in [p_from, p_to); p_to null = no end.';

insert into private.limits (name, place, kind, amount_name, use_column, log_column, recount_function, is_told_early, ends_trial) values
  -- There are too few assistants for shares: one of one is the limit at once, and only the limit is worth telling.
  ('assistants', 10, 'stock', 'assistants', 'current_assistants', 'assistant_count_change', 'private.count_assistants', false, false),
  ('call_time', 20, 'flow', 'call_time_seconds', 'used_call_time_seconds', 'call_time_change_seconds', 'private.sum_call_time', true, true);
