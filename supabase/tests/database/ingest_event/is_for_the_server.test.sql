-- Only the server's own key reaches the inbox and the queue; clients neither call nor read.
begin;
select plan(33);

create temporary table server_only (signature text);
insert into server_only values
  ('public.ingest_event(public.webhook_provider, text, text, timestamptz, text, jsonb, text)'),
  ('public.claim_events_to_normalize(integer)'),
  ('public.apply_normalized_event(uuid, jsonb)'),
  ('public.lease_tasks(integer, text[])'),
  ('public.complete_task(uuid, uuid)'),
  ('public.fail_task(uuid, uuid, text, integer, boolean)');
select ok(has_function_privilege('service_role', signature, 'execute'), 'service_role executes ' || signature) from server_only;
select ok(not has_function_privilege(client, signature, 'execute'), client || ' does not execute ' || signature)
from server_only, unnest(array['anon', 'authenticated']) client;

create temporary table internal (signature text);
insert into internal values
  ('private.enqueue_task(text, text, uuid, timestamptz)'),
  ('private.run_job(text)'),
  ('private.attempt_event(uuid, jsonb, timestamptz)');
select ok(not has_function_privilege(role, signature, 'execute'), role || ' does not execute ' || signature)
from internal, unnest(array['anon', 'authenticated', 'service_role']) role;

select ok(not has_table_privilege(client, name, 'select, insert, update, delete'), client || ' has nothing on ' || name)
from unnest(array['anon', 'authenticated']) client, unnest(array['public.webhook_events', 'public.tasks']) name;
select ok(not has_table_privilege('service_role', name, 'insert, update, delete'), 'not even service_role writes ' || name || ' past its functions')
from unnest(array['public.webhook_events', 'public.tasks']) name;

select * from finish();
rollback;
