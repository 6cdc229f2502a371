-- What people of the same class or ticket see of a person: name and picture.
-- They are in a table of their own, because a policy shows rows and not columns: on profiles it would show the e-mail too.
-- The domains know who may see whom: each registers a function for the hook visible_profiles.
create table public.profile_cards (
  id uuid primary key references public.profiles (id) on delete cascade,
  full_name text,
  avatar_url text
);
comment on table public.profile_cards is 'Name and picture of a person, for those who share a class or a ticket. Kept in step with profiles by a trigger.';

create function private.visible_profiles() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  v_caller constant uuid := auth.uid();
  v_function text;
begin
  if v_caller is null then
    return;
  end if;
  return next v_caller;
  for v_function in select function_name from private.domain_hooks where hook = 'visible_profiles' order by place loop
    return query execute format('select * from %s($1)', v_function) using v_caller;
  end loop;
end;
$$;
comment on function private.visible_profiles() is
  'The ids whose cards the caller may see: their own, and those that each domain''s hook visible_profiles (user_id uuid) returns setof uuid adds. '
  'Written as (select private.visible_profiles()) it runs once for a statement. A hook must be bounded by the caller''s own classes or tickets.';

grant execute on function private.visible_profiles() to authenticated;

alter table public.profile_cards enable row level security;

create policy "people of the same class or ticket and support staff read cards" on public.profile_cards
  for select to authenticated
  using ((select private.is_support_staff()) or id in (select private.visible_profiles()));

grant select on public.profile_cards to authenticated, service_role;

create function private.follow_profile_card(p_profile public.profiles) returns void
language sql security definer set search_path = '' as $$
  insert into public.profile_cards (id, full_name, avatar_url) values (p_profile.id, p_profile.full_name, p_profile.avatar_url)
  on conflict (id) do update set full_name = excluded.full_name, avatar_url = excluded.avatar_url;
$$;
comment on function private.follow_profile_card(public.profiles) is 'Keeps profile_cards in step with profiles.';
