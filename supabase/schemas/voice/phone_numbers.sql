-- Numbers that a tenant's assistants answer. Rows come from the phone-numbers function only: importing needs the vendor.
-- A Twilio secret is never stored anywhere; it passes through the import request and is gone.
create table public.phone_numbers (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  phone_number text
    constraint phone_number_is_e164 check (phone_number ~ '^\+[1-9][0-9]{1,14}$'),
  friendly_name text
    constraint friendly_name_is_1_to_100_characters check (char_length(friendly_name) between 1 and 100 and btrim(friendly_name) <> ''),
  provider public.phone_number_provider not null,
  area_code text
    constraint area_code_is_three_digits check (area_code ~ '^[2-9][0-9]{2}$'),
  twilio_account_sid text
    constraint twilio_account_sid_is_well_formed check (twilio_account_sid ~ '^AC[0-9a-fA-F]{32}$'),
  vapi_phone_id text constraint number_is_one_at_vapi unique,
  assistant_id uuid,
  status public.phone_number_status not null default 'importing',
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint twilio_numbers_name_number_and_account
    check (provider <> 'twilio' or (phone_number is not null and twilio_account_sid is not null)),
  constraint active_numbers_are_at_vapi check (status <> 'active' or vapi_phone_id is not null),
  constraint number_of_owner unique (id, user_id),
  constraint assistant_is_of_the_same_owner foreign key (assistant_id, user_id)
    references public.assistants (id, user_id) on delete set null (assistant_id)
);
comment on table public.phone_numbers is 'Phone numbers. At VAPI none carries an assistant: the assignment is assistant_id here and holds from the next call.';
comment on column public.phone_numbers.phone_number is 'E.164; null while VAPI has not told which number it gave.';
comment on column public.phone_numbers.area_code is 'The area that a number from VAPI was asked for.';
comment on column public.phone_numbers.vapi_phone_id is 'VAPI''s id; null until VAPI has it.';
comment on column public.phone_numbers.status is 'importing: asked for; active: VAPI answers it; failed: VAPI refused, see error; released: given back, kept as history.';

-- Two people may try the same number. VAPI accepts one of them.
create unique index phone_number_is_active_once on public.phone_numbers (phone_number) where status = 'active';
create index phone_numbers_user_id_idx on public.phone_numbers (user_id, created_at);
create index phone_numbers_assistant_id_idx on public.phone_numbers (assistant_id, user_id) where assistant_id is not null;

alter table public.phone_numbers enable row level security;

create policy "owners read their own numbers" on public.phone_numbers
  for select to authenticated using (user_id = (select auth.uid()));

create policy "owners name and assign their own numbers" on public.phone_numbers
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy "owners delete their own numbers" on public.phone_numbers
  for delete to authenticated using (user_id = (select auth.uid()));

grant select, delete on public.phone_numbers to authenticated, service_role;
grant update (friendly_name, assistant_id) on public.phone_numbers to authenticated;

grant insert (id, user_id, phone_number, friendly_name, provider, area_code, twilio_account_sid, vapi_phone_id, assistant_id, status, error),
  update (phone_number, friendly_name, vapi_phone_id, assistant_id, status, error) on public.phone_numbers to service_role;

create function private.phone_numbers_guard() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'UPDATE' then
    perform private.keep_owner(old.user_id, new.user_id);
  end if;
  if auth.role() = 'authenticated' then
    perform private.require_usable_account(coalesce(new.user_id, old.user_id), now());
  end if;
  if tg_op = 'DELETE' then
    return old;
  elsif tg_op = 'UPDATE' then
    new.updated_at := now();
  end if;
  return new;
end;
$$;
comment on function private.phone_numbers_guard() is 'BEFORE a row is written: its owner stays, and the account of a client is usable.';

create function private.limit_vapi_numbers(p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c_allowed constant integer := private.setting_integer('free_vapi_numbers');
  v_limits constant public.user_limits := private.lock_user_limits(p_user_id, now());
  v_used integer;
begin
  select count(*) into v_used from public.phone_numbers
  where user_id = p_user_id and provider = 'vapi' and status in ('importing', 'active');
  if v_limits.plan_type = 'free' and v_used > c_allowed then
    perform private.refuse(402, 'limit_reached', 'The plan''s number of phone numbers is reached.',
      jsonb_build_object('limit', 'vapi_numbers', 'used', c_allowed, 'allowed', c_allowed));
  end if;
end;
$$;
comment on function private.limit_vapi_numbers(uuid) is
  'Refuses what exceeds the numbers from VAPI of the free plan, counted under the owner''s lock: 402 limit_reached.';

-- VAPI learns through a task, release_phone_number(VAPI's id), that it must give a number back. Every path that deletes a row enqueues it, also
-- the cascade of a user.
create function private.phone_numbers_follow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    if new.provider = 'vapi' then
      perform private.limit_vapi_numbers(new.user_id);
    end if;
  elsif old.vapi_phone_id is not null and old.status <> 'released' then
    perform private.enqueue_task('release_phone_number', old.vapi_phone_id, old.user_id);
  end if;
  return null;
end;
$$;
comment on function private.phone_numbers_follow() is 'AFTER a number came or went: VAPI gives only as many as the plan has, and takes back what is deleted.';

create trigger phone_numbers_lock_limits before insert or update or delete on public.phone_numbers
  for each statement execute function private.lock_limits_of_caller();

create trigger phone_numbers_guard before insert or update or delete on public.phone_numbers
  for each row execute function private.phone_numbers_guard();

create trigger phone_numbers_follow after insert or delete on public.phone_numbers
  for each row execute function private.phone_numbers_follow();
