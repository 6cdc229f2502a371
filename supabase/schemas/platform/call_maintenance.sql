-- Every minute the scheduler asks the maintenance function to work on the queue. The call is only a hint: the tables are the truth.
-- URL and key come from Vault, so that neither stands in a schedule or a migration.
create function private.maintenance_is_configured() returns boolean
language sql stable set search_path = '' as $$
  select count(*) = 2 from vault.decrypted_secrets
  where name in ('switchboard_functions_url', 'switchboard_secret_key') and decrypted_secret <> '';
$$;
comment on function private.maintenance_is_configured() is 'Whether Vault holds switchboard_functions_url (…/functions/v1) and switchboard_secret_key.';

create table private.maintenance_calls (
  request_id bigint primary key,
  called_at timestamptz not null
);
comment on table private.maintenance_calls is 'The calls of the last hour by pg_net''s request id, so that their answers can be found among those of others.';

create index maintenance_calls_called_at_idx on private.maintenance_calls (called_at);

alter table private.maintenance_calls enable row level security;

create policy "nobody but the owner of the schema reads maintenance calls" on private.maintenance_calls
  for all to anon, authenticated using (false) with check (false);

create function private.call_maintenance(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_url text;
  v_key text;
  v_request_id bigint;
begin
  if not private.maintenance_is_configured() then
    return 0;
  end if;
  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'switchboard_functions_url';
  select decrypted_secret into v_key from vault.decrypted_secrets where name = 'switchboard_secret_key';
  v_request_id := net.http_post(
    url := rtrim(v_url, '/') || '/maintenance',
    body := jsonb_build_object('called_at', p_now),
    headers := jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds := 100000);
  -- A request id may come again after a crash: pg_net's queue is unlogged.
  insert into private.maintenance_calls (request_id, called_at) values (v_request_id, p_now)
  on conflict (request_id) do update set called_at = excluded.called_at;
  delete from private.maintenance_calls where called_at < p_now - interval '1 hour';
  return 1;
end;
$$;
comment on function private.call_maintenance(timestamptz) is
  'Job: posts to the maintenance function. 0 when Vault holds no URL and key, which inbox_health() shows.';

create function private.measure_maintenance(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_last record;
begin
  if has_table_privilege('net._http_response', 'select') then
    select c.called_at, r.status_code, r.timed_out, r.error_msg into v_last
    from private.maintenance_calls c join net._http_response r on r.id = c.request_id and r.created >= c.called_at - interval '1 minute'
    where c.called_at <= p_now
    order by c.called_at desc limit 1;
    return jsonb_build_object(
      'is_configured', private.maintenance_is_configured(),
      'last_answered_call_at', v_last.called_at,
      'last_status', v_last.status_code,
      'last_error', case when v_last.timed_out then 'timed out' else v_last.error_msg end);
  end if;
  return jsonb_build_object('is_configured', private.maintenance_is_configured(),
    'last_answered_call_at', null, 'last_status', null, 'last_error', null);
end;
$$;
comment on function private.measure_maintenance(timestamptz) is
  'Whether Vault has what the call needs, and how the last call that has an answer was answered. A status other than 2xx is a wrong key or address.';

select private.schedule_job('call_maintenance', '* * * * *', 'private.call_maintenance', 'asks the maintenance function to work on the queue');
