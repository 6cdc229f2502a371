-- Who reads and writes profiles. Rows come and go with auth.users only, so nobody inserts or deletes.
create policy "owners and support staff read profiles" on public.profiles
  for select to authenticated
  using (id = (select auth.uid()) or (select private.is_support_staff()));

create policy "owners edit their own profile" on public.profiles
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));

grant select on public.profiles to authenticated, service_role;
grant update (full_name, avatar_url, time_zone) on public.profiles to authenticated;
-- The secret key may set these directly; the rules on roles and trials are triggers and hold for it too.
grant update (full_name, avatar_url, time_zone, workspace_email, role, account_status) on public.profiles to service_role;
