-- The conversation is published to Realtime, and the rows that staff alone may see are kept back by the same policies.
begin;
select plan(2);
select set_eq($$select tablename::text from pg_publication_tables where pubname = 'supabase_realtime' and tablename like 'ticket%'$$,
  $$values ('ticket_messages'), ('ticket_replies')$$, 'messages and replies are published, and nothing else of a ticket');
select is_empty($$select c.oid::regclass from pg_class c join pg_publication_rel p on p.prrelid = c.oid where not c.relrowsecurity$$,
  'nothing is published without row level security');
select * from finish();
rollback;
