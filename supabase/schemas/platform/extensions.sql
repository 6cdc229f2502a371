-- The platform's scheduler, its outgoing HTTP and its secret store, which jobs and the maintenance call use.
create extension if not exists pg_cron;
create extension if not exists pg_net schema extensions;
create extension if not exists supabase_vault;
