-- Realtime delivers the conversation under the tables' own policies, where the platform has Realtime.
do $$
begin
  if exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    alter publication supabase_realtime add table public.ticket_messages, public.ticket_replies;
  end if;
end;
$$;
