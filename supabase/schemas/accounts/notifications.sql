-- What a user is told. Written by the rules that have something to say; the owner may only mark it read.
create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null constraint kind_is_snake_case check (kind ~ '^[a-z][a-z0-9_]*$'),
  subject_id uuid,
  data jsonb not null default '{}',
  read_at timestamptz constraint read_at_is_a_moment check (isfinite(read_at)),
  created_at timestamptz not null default now()
);
comment on table public.notifications is 'Messages of the product to a user, e.g. limit_90, demo_2_days, ticket_reply.';
comment on column public.notifications.kind is 'What happened; clients choose words by it.';
comment on column public.notifications.subject_id is 'The ticket, class or account it is about; no foreign key, the kind says which.';
comment on column public.notifications.data is 'What the words need, e.g. a number or a title. Never anything that the owner may not read.';

create index notifications_user_id_created_at_idx on public.notifications (user_id, created_at desc);
create index notifications_unread_idx on public.notifications (user_id) where read_at is null;

alter table public.notifications enable row level security;

create policy "owners read their own notifications" on public.notifications
  for select to authenticated using (user_id = (select auth.uid()));

create policy "owners mark their own notifications" on public.notifications
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

grant select on public.notifications to authenticated, service_role;
grant update (read_at) on public.notifications to authenticated;

create function private.notify(p_user_id uuid, p_kind text, p_subject_id uuid default null, p_data jsonb default '{}')
returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_notification public.notifications;
begin
  insert into public.notifications (user_id, kind, subject_id, data)
  select id, p_kind, p_subject_id, coalesce(p_data, '{}') from public.profiles where id = p_user_id
  returning * into v_notification;
  if v_notification.id is not null then
    perform private.run_hooks('notified', v_notification);
  end if;
end;
$$;
comment on function private.notify(uuid, text, uuid, jsonb) is
  'Tells a user something; the domains that carry it further hear of it. Silent when the profile is gone.';
