-- A request that waits for a locked row keeps a connection of the API all that time. Only a few may wait at once, so that one busy account
-- or meeting does not take every connection; the others are turned away and served a moment later. The places are in the database, because no function
-- and no API server knows how many of the others' requests wait.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('waiting_places', '3', 'integer', '1', '20', 'Deliveries of providers that may wait for locked rows at once; as many questions may beside them. Well below the connections of the API.'),
  ('busy_retry_seconds', '1', 'integer', '1', '60', 'Seconds after which an event that met a locked row is due again. Such a try does not count.');

create function private.take_waiting_place(p_queue text) returns boolean
language plpgsql set search_path = '' as $$
begin
  for v_place in 1 .. private.setting_integer('waiting_places') loop
    if pg_try_advisory_xact_lock(hashtext('private.take_waiting_place ' || p_queue), v_place) then
      return true;
    end if;
  end loop;
  return false;
end;
$$;
comment on function private.take_waiting_place(text) is
  'Takes one of the few places of a queue until the transaction ends; false when all are taken. Never waits itself.';

create function private.is_busy(p_error text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_error is not null and p_error ~ '^(55P03|40P01) ';
end;
$$;
comment on function private.is_busy(text) is
  'Whether an error as describe_error() writes it says that a row was locked (or each of two held what the other wanted): nobody''s fault, over in a moment.';

-- The statement timeout strikes a busy machine and a handler that hangs alike. So the try counts, and the first one after it comes soon.
create function private.is_soon_over(p_error text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_error is not null and p_error ~ '^(55P03|40P01|57014) ';
end;
$$;
comment on function private.is_soon_over(text) is
  'Whether an error as describe_error() writes it may be over in a moment: is_busy(), or the statement timeout.';
