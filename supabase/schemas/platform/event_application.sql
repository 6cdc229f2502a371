-- How an event becomes rows: a domain registers a handler per kind; a try runs in a subtransaction,
-- so that a failing handler leaves the inbox row and nothing else.
create table private.event_handlers (
  kind text primary key constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]*$'),
  function_name text constraint function_is_in_private check (function_name ~ '^private\.[a-z][a-z0-9_]*$')
);
comment on table private.event_handlers is 'Which function applies which kind of event. A kind without a row is deferred.';
comment on column private.event_handlers.function_name is
  'A function (p_event_id uuid, p_event jsonb, p_now timestamptz) returning applied or ignored, raising to be tried again. Null: always ignored.';

alter table private.event_handlers enable row level security;

create policy "nobody but the owner of the schema reads event handlers" on private.event_handlers
  for all to anon, authenticated using (false) with check (false);

-- A call by name is planned anew every time. So what the rows say is written down as a function whenever they change.
create function private.handle_event(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = '0A000', message = 'no handler for this kind of event yet';
end;
$$;
comment on function private.handle_event(uuid, jsonb, timestamptz) is
  'Calls the handler of an event''s kind: applied, ignored, or the handler''s error. Written by private.write_event_dispatch.';

create function private.write_event_dispatch() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  execute format($sql$
create or replace function private.handle_event(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql set search_path = '' as $body$
begin
  case p_event ->> 'kind'
%s
    else raise exception using errcode = '0A000', message = 'no handler for this kind of event yet';
  end case;
end;
$body$
$sql$, (
    select coalesce(string_agg(
      format('    when %L then return %s;', kind,
        case when function_name is null then quote_literal('ignored') else function_name || '(p_event_id, p_event, p_now)' end),
      E'\n' order by kind), '    when null then return null;')
    from private.event_handlers));
  return null;
end;
$$;
comment on function private.write_event_dispatch() is 'AFTER the handlers changed: writes private.handle_event, which calls the handler of an event''s kind.';

create trigger event_handlers_write_dispatch after insert or update or delete on private.event_handlers
  for each statement execute function private.write_event_dispatch();

create table private.ignored_event_types (
  provider public.webhook_provider,
  event_type text,
  primary key (provider, event_type)
);
comment on table private.ignored_event_types is 'Provider events that are stored without effect although nothing normalises them.';

alter table private.ignored_event_types enable row level security;

create policy "nobody but the owner of the schema reads ignored event types" on private.ignored_event_types
  for all to anon, authenticated using (false) with check (false);

create function private.apply_event(p_event_id uuid, p_event jsonb, p_now timestamptz)
returns public.webhook_event_status
language plpgsql set search_path = '' as $$
declare
  v_outcome text;
begin
  if p_event is null then
    raise exception using errcode = '0A000', message = 'nothing normalises this type of event yet';
  end if;
  v_outcome := private.handle_event(p_event_id, p_event, p_now);
  if v_outcome is null or v_outcome not in ('applied', 'ignored') then
    raise exception using errcode = '22023', message = 'a handler answers applied or ignored';
  end if;
  return v_outcome::public.webhook_event_status;
end;
$$;
comment on function private.apply_event(uuid, jsonb, timestamptz) is 'Runs the handler of an event: applied, ignored, or the handler''s error.';

-- query_canceled is named because "others" leaves it out: an event that runs into the statement timeout stays in the inbox.
create function private.try_event(p_event_id uuid, p_event jsonb, p_now timestamptz, out status public.webhook_event_status, out error text)
language plpgsql set search_path = '' as $$
declare
  v_message text;
  v_context text;
begin
  status := private.apply_event(p_event_id, p_event, p_now);
exception when query_canceled or others then
  get stacked diagnostics v_message = message_text, v_context = pg_exception_context;
  error := private.describe_error(sqlstate, v_message, v_context);
  status := 'failed';
end;
$$;
comment on function private.try_event(uuid, jsonb, timestamptz) is
  'One try to apply an event, in a subtransaction: applied, ignored, or failed with SQLSTATE and message.';

-- The row is locked already, but room in the table can be waited for too, for longer than a handler may wait for a row. What was to be
-- deferred would be lost in an error.
create function private.settle_event(
  p_event_id uuid, p_attempts integer, p_status public.webhook_event_status, p_error text, p_now timestamptz
) returns public.webhook_event_status
language plpgsql set search_path = '' set lock_timeout = '1s' as $$
declare
  c_is_busy constant boolean := p_status = 'failed' and private.is_busy(p_error);
  c_delay constant interval := case
    when c_is_busy or p_status = 'failed' and p_attempts = 1 and private.is_soon_over(p_error)
      then private.setting_integer('busy_retry_seconds') * interval '1 second'
    when p_status = 'failed' then private.retry_delay(p_attempts)
  end;
  c_status constant public.webhook_event_status := case when p_status = 'failed' and c_delay is null then 'dead' else p_status end;
begin
  update public.webhook_events
  set attempts = case when c_is_busy then p_attempts - 1 else p_attempts end,
      status = c_status,
      next_attempt_at = p_now + c_delay,
      settled_at = case when c_delay is null then p_now end,
      last_error = p_error
  where id = p_event_id;
  return c_status;
end;
$$;
comment on function private.settle_event(uuid, integer, public.webhook_event_status, text, timestamptz) is
  'Writes what became of the p_attempts-th try: failed waits for its next try, or is dead when there is none. '
  'A try that met a locked row does not count and is made again soon; so is the first one that ran into the statement timeout, which counts. '
  'Returns the status written.';

create function private.attempt_event(p_event_id uuid, p_event jsonb, p_now timestamptz)
returns public.webhook_event_status
language plpgsql set search_path = '' as $$
declare
  v_attempts integer;
  v_try record;
begin
  v_try := private.try_event(p_event_id, p_event, p_now);
  select attempts + 1 into v_attempts from public.webhook_events where id = p_event_id;
  return private.settle_event(p_event_id, v_attempts, v_try.status, v_try.error, p_now);
end;
$$;
comment on function private.attempt_event(uuid, jsonb, timestamptz) is
  'One more try to apply a stored event; writes what became of it and returns the new status.';

create function private.event_answer(p_event_id uuid, p_status public.webhook_event_status) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('event_id', p_event_id, 'status',
    case when p_status in ('applied', 'ignored') then p_status::text else 'deferred' end);
end;
$$;
comment on function private.event_answer(uuid, public.webhook_event_status) is 'The answer to a delivery: applied, ignored or deferred, and the event''s id.';
