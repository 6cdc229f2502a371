-- How a domain tells the endpoints of an account what happened: in the transaction of the fact, so that neither is without the other.
-- Rows are inserted and nothing is locked that others write, because facts of many accounts come in one transaction in any order
-- (docs/decisions/0130-an-endpoint-is-a-task.md). The key share lets an endpoint that is being deleted be passed over.
create function private.publish_webhook(p_user_id uuid, p_kind text, p_about text, p_occurred_at timestamptz, p_data jsonb)
returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.webhook_deliveries (endpoint_id, user_id, event_id, kind, occurred_at, data)
  select e.id, e.user_id, md5(p_kind || ' ' || p_about)::uuid, p_kind, p_occurred_at, p_data
  from (
    select id, user_id from public.webhook_endpoints
    where user_id = p_user_id and p_kind = any (kinds)
    for key share
  ) e
  on conflict (endpoint_id, event_id) do nothing;
end;
$$;
comment on function private.publish_webhook(uuid, text, text, timestamptz, jsonb) is
  'Records an event for every endpoint of an account that asks for its kind. p_about tells one event of a kind from the next, such as '
  'an id and a cycle: the same is recorded once, under the same event id everywhere.';
