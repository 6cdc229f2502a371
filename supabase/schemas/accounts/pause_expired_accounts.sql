-- Assistants and numbers of an account that may not use voice are read-only for clients, and the refusal says why.
-- The clock decides, not the stored status: the job that stores it may be minutes late.
create function private.account_problem(p_user_id uuid, p_now timestamptz) returns text
language sql stable security definer set search_path = '' as $$
  select case
    when account_status = 'closing' then 'account_closing'
    when account_status = 'suspended' then 'account_suspended'
    when account_status = 'expired' or private.is_trial_over(p, p_now) then 'account_expired'
  end
  from public.profiles p where id = p_user_id;
$$;
comment on function private.account_problem(uuid, timestamptz) is
  'Why an account may not use voice at that time: account_closing, account_suspended or account_expired; null when it may.';

create function private.require_usable_account(p_user_id uuid, p_now timestamptz) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  case private.account_problem(p_user_id, p_now)
    when 'account_closing' then perform private.refuse(409, 'account_closing', 'The account is being closed.');
    when 'account_suspended' then perform private.refuse(403, 'account_suspended', 'The account is suspended.');
    when 'account_expired' then perform private.refuse(403, 'account_expired', 'The trial has ended.');
    else null;
  end case;
end;
$$;
comment on function private.require_usable_account(uuid, timestamptz) is
  'Refuses an account that may not use voice: 409 account_closing, 403 account_suspended, 403 account_expired.';

-- The caller's own limits are locked first, before any of their rows (decision 0011).
create function private.lock_limits_of_caller() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if auth.role() = 'authenticated' then
    perform private.lock_user_limits(auth.uid(), now());
  end if;
  return null;
end;
$$;
comment on function private.lock_limits_of_caller() is 'BEFORE STATEMENT on what is limited: a client''s write locks their limits before their rows.';
