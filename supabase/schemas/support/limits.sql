-- Limits that several tables share. They are functions, because the checks of the tables and the bucket's row name them;
-- shared/support/limits.ts says the same to TypeScript, and a test compares the two.
create function private.max_text_characters() returns integer
language sql immutable set search_path = '' as $$
  select 10000;
$$;
comment on function private.max_text_characters() is 'The most characters of a ticket''s description, a message or a reply.';

create function private.max_file_bytes() returns bigint
language sql immutable set search_path = '' as $$
  select 10485760::bigint;
$$;
comment on function private.max_file_bytes() is 'The most bytes of a file of a ticket.';

-- A check runs with the rights of whoever writes the row.
grant execute on function private.max_text_characters(), private.max_file_bytes() to authenticated, service_role;
