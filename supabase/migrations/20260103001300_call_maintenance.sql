-- Every minute the scheduler asks the maintenance function to work on the queue. The call is only a hint: the tables are the truth.
-- URL and key come from Vault, so that neither stands in a schedule or a migration.
create function private.maintenance_is_configured() returns boolean
language sql stable set search_path = '' as $$
  select count(*) = 2 from vault.decrypted_secrets
  where name in ('switchboard_functions_url', 'switchboard_secret_key') and decrypted_secret <> '';
$$;
comment on function private.maintenance_is_configured() is 'Whether Vault holds switchboard_functions_url (…/functions/v1) and switchboard_secret_key.';

create function private.call_maintenance(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_url text;
  v_key text;
begin
  if not private.maintenance_is_configured() then
    return 0;
  end if;
  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'switchboard_functions_url';
  select decrypted_secret into v_key from vault.decrypted_secrets where name = 'switchboard_secret_key';
  perform net.http_post(
    url := rtrim(v_url, '/') || '/maintenance',
    body := jsonb_build_object('called_at', p_now),
    headers := jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds := 100000);
  return 1;
end;
$$;
comment on function private.call_maintenance(timestamptz) is
  'Job: posts to the maintenance function. 0 when Vault holds no URL and key, which inbox_health() shows.';

select private.schedule_job('call_maintenance', '* * * * *', 'private.call_maintenance', 'asks the maintenance function to work on the queue');
