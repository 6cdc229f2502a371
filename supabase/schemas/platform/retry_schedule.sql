-- One schedule for everything that is tried again: events of the inbox and tasks.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('retry_after_minutes', '[1, 5, 30, 120, 720]', 'integers', '1', '10080', 'Waiting time in minutes before each further try of an event or task; after the last it is dead.');

create function private.retry_delay(p_attempts integer) returns interval
language sql stable set search_path = '' as $$
  select (value ->> (p_attempts - 1))::integer * interval '1 minute'
  from private.settings
  where name = 'retry_after_minutes' and p_attempts > 0;
$$;
comment on function private.retry_delay(integer) is
  'How long to wait after so many failed attempts; null when there is no further try.';

-- Messages of class 22 (data exceptions) quote the value that was wrong, which may be personal: they are left out.
create function private.describe_error(p_sqlstate text, p_message text, p_context text) returns text
language sql immutable set search_path = '' as $$
  select left(p_sqlstate || ' ' || case
    when p_sqlstate like '22%' then 'data exception, ' || coalesce(substring(p_context from 'PL/pgSQL function [^\n]*'), 'no context')
    else p_message
  end, 500);
$$;
comment on function private.describe_error(text, text, text) is
  'SQLSTATE and message of an error, without the values that a data exception quotes.';
