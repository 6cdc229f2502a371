-- Addresses that are not written to, because they bounced for good or their owner complained. The owner sees it and can lift it.
create table private.suppressed_addresses (
  user_id uuid not null references public.profiles (id) on delete cascade,
  address text not null constraint address_is_lower_case check (address = lower(address)),
  reason text not null constraint reason_is_known check (reason in ('bounced', 'complained', 'suppressed')),
  since timestamptz not null,
  primary key (user_id, address)
);
comment on table private.suppressed_addresses is 'What is not written to. Another address of the same person is.';
comment on column private.suppressed_addresses.reason is 'bounced: refused for good; complained: reported as unwanted; suppressed: the provider refuses to write to it.';

alter table private.suppressed_addresses enable row level security;

create policy "nobody but the owner of the schema reads suppressed addresses" on private.suppressed_addresses
  for all to anon, authenticated using (false) with check (false);

create function private.suppress_address(p_user_id uuid, p_address text, p_reason text, p_now timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.suppressed_addresses (user_id, address, reason, since)
  select id, lower(p_address), p_reason, p_now from public.profiles where id = p_user_id
  on conflict (user_id, address) do nothing;
  if found then
    -- In the product alone: this kind leaves it over no channel.
    perform private.notify(p_user_id, 'email_suppressed', p_user_id, jsonb_build_object('reason', p_reason));
  end if;
end;
$$;
comment on function private.suppress_address(uuid, text, text, timestamptz) is 'Writes to an address no more, and tells its owner in the product.';

create function private.email_status() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('address', p.email, 'is_suppressed', s.address is not null, 'reason', s.reason, 'since', s.since)
  from public.profiles p
  left join private.suppressed_addresses s on s.user_id = p.id and s.address = lower(p.email)
  where p.id = (select auth.uid());
$$;
comment on function private.email_status() is 'Whether the caller''s address is written to.';

create function public.email_status() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.email_status();
$$;
comment on function public.email_status() is 'Whether mails go to the caller''s address: {address, is_suppressed, reason, since}.';

create function private.resume_emails() returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.suppressed_addresses s using public.profiles p
  where p.id = auth.uid() and s.user_id = p.id and s.address = lower(p.email);
  return private.email_status();
end;
$$;
comment on function private.resume_emails() is 'Lets mails go to the caller''s address again.';

create function public.resume_emails() returns jsonb
language sql security invoker set search_path = '' as $$
  select private.resume_emails();
$$;
comment on function public.resume_emails() is
  'Lets mails go to the caller''s address again, after it bounced or they complained; answers as email_status. It takes effect for what is told from now on.';

grant execute on function private.email_status(), public.email_status(), private.resume_emails(), public.resume_emails() to authenticated;
