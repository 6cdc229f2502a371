-- The room for everything that is not the API, and the rule that nothing is granted by default.
-- PostgREST exposes `public` only; `private` holds helpers, internals and settings.
create schema private;
comment on schema private is 'Helpers and internals. Never exposed through the API.';

-- Policies and invoker wrappers call helpers in here; EXECUTE stays an allow-list, function by function.
grant usage on schema private to anon, authenticated, service_role;

-- The platform grants everything in `public` to the API roles. Here every grant is written out.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

-- PUBLIC's EXECUTE is a global default and can only be revoked globally.
alter default privileges revoke execute on functions from public;
