-- The one function that keeps every updated_at.
create function private.touch_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.touch_updated_at() is 'BEFORE UPDATE trigger: stamps updated_at with the transaction''s time.';
