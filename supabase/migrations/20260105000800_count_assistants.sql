-- As many assistants as the limit allows, whoever inserts them. Counted after the insert, by one conditional update on the row that
-- parallel inserts queue on: what a BEFORE trigger counts stays counted when the row then loses to ON CONFLICT.
-- Inserts into one account come one after the other, also the server's, which name the owner in the row. Of upserts of one new id each
-- but the first then sees the conflict before it writes anything. At once, Postgres arbitrates on the named key only, and the other
-- unique key, (id, user_id), which the composite foreign keys need, answers 23505.
create function private.lock_limits_of_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_user_limits(new.user_id, now());
  return new;
end;
$$;
comment on function private.lock_limits_of_owner() is 'BEFORE an insert: the owner''s limits are locked before his rows, whoever inserts.';

create trigger assistants_lock_limits_of_owner before insert on public.assistants
  for each row execute function private.lock_limits_of_owner();

create function private.count_new_assistants() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_new record;
  v_limits public.user_limits;
begin
  for v_new in select user_id, count(*)::integer as rows from inserted group by user_id order by user_id loop
    update public.user_limits
    set current_assistants = current_assistants + v_new.rows
    where user_id = v_new.user_id and (max_assistants is null or current_assistants + v_new.rows <= max_assistants);
    if not found then
      select * into v_limits from public.user_limits where user_id = v_new.user_id;
      perform private.refuse(402, 'limit_reached', 'The plan''s number of assistants is reached.',
        jsonb_build_object('limit', 'assistants', 'used', v_limits.current_assistants, 'allowed', v_limits.max_assistants));
    end if;
  end loop;
  perform private.log_usage(user_id, 'assistant_created', 'assistant', id, p_assistant_count_change => 1) from inserted;
  return null;
end;
$$;
comment on function private.count_new_assistants() is 'AFTER INSERT: takes a place for each new assistant; 402 limit_reached {limit, used, allowed}.';

create trigger assistants_count_new after insert on public.assistants
  referencing new table as inserted for each statement execute function private.count_new_assistants();

-- With the profile gone, the limits and the log are gone or going: the update finds nothing and the log stays silent.
create function private.give_back_assistants() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_gone record;
begin
  for v_gone in select user_id, count(*)::integer as rows from deleted group by user_id order by user_id loop
    update public.user_limits set current_assistants = current_assistants - v_gone.rows
    where user_id = v_gone.user_id and exists (select from public.profiles where id = v_gone.user_id);
  end loop;
  perform private.log_usage(user_id, 'assistant_deleted', 'assistant', id, p_assistant_count_change => -1) from deleted;
  return null;
end;
$$;
comment on function private.give_back_assistants() is 'AFTER DELETE: gives the places back.';

create trigger assistants_give_back after delete on public.assistants
  referencing old table as deleted for each statement execute function private.give_back_assistants();
