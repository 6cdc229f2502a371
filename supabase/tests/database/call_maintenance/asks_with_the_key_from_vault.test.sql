-- The maintenance function is called with address and key from Vault; without them nothing happens and health says so.
begin;
select plan(9);

delete from vault.secrets where name in ('switchboard_functions_url', 'switchboard_secret_key');
delete from net.http_request_queue;
select is(private.call_maintenance(now()), 0, 'without address and key nothing is called');
select is_empty('select * from net.http_request_queue', 'no request is queued');
select is(private.measure_health(now()) #>> '{maintenance,is_configured}', 'false', 'health says so');

do $$ begin perform vault.create_secret('https://example.test/functions/v1/', 'switchboard_functions_url'); end $$;
select is(private.call_maintenance(now()), 0, 'an address without a key is not enough');
do $$ begin perform vault.create_secret('sb_secret_probe', 'switchboard_secret_key'); end $$;
select is(private.call_maintenance(now()), 1, 'with both it is called');
select results_eq($$ select method::text, url, headers ->> 'apikey' from net.http_request_queue $$,
  $$ values ('POST', 'https://example.test/functions/v1/maintenance', 'sb_secret_probe') $$, 'one request, with the key as apikey');
select is(private.measure_health(now()) #>> '{maintenance,is_configured}', 'true', 'health says so');

-- Another call of pg_net is answered later, and is not ours.
insert into net._http_response (id, status_code, created)
select request_id, 401, now() from private.maintenance_calls union all select 999999999, 200, now();
select is(private.measure_health(now()) #>> '{maintenance,last_status}', '401', 'health tells how the last call was answered');
do $$ begin perform private.call_maintenance(now() + interval '61 minutes'); end $$;
select is((select count(*) from private.maintenance_calls), 1::bigint, 'calls of more than an hour ago are forgotten');

select * from finish();
rollback;
