-- Where the desk wants it, a new ticket is given to the agent whose turn it is. Admins take tickets by hand.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('tickets_assigned_in_turn', '0', 'integer', '0', '1', '1: new tickets are given to the agents who are not away, in turn; 0: they wait for somebody to take them.');

create table public.desk_turns (
  profile_id uuid primary key references public.profiles (id) on delete cascade,
  is_away boolean not null default false,
  turn bigint not null default 0 constraint turn_is_not_negative check (turn >= 0)
);
comment on table public.desk_turns is 'Whose turn it is among the agents: the lowest turn is next. Whoever has no row was never given a ticket and is not away.';
comment on column public.desk_turns.turn is 'Counts up over all agents; that of the last ticket that somebody was given.';

alter table public.desk_turns enable row level security;

create policy "support staff read whose turn it is" on public.desk_turns
  for select to authenticated using ((select private.is_support_staff()));

grant select on public.desk_turns to authenticated, service_role;

create view private.exported_desk_turn with (security_invoker = true) as
  select profile_id as person, profile_id, to_jsonb(d) - 'profile_id' as data from public.desk_turns d;
comment on view private.exported_desk_turn is 'Whether an agent is away, and their turn.';

insert into private.export_sections (domain, section, view_name) values ('support', 'desk_turn', 'private.exported_desk_turn');

-- One at a time, so that tickets at the same moment do not meet the same turn. The profile is locked before the turn, as by its deletion; one that is
-- being changed just now is passed over and not waited for.
create function private.next_agent(p_owner_id uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_agent_id uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('private.next_agent', 0));
  select p.id into v_agent_id
  from public.profiles p left join public.desk_turns d on d.profile_id = p.id
  where p.role = 'agent' and private.role_under(p.role, p.account_status) = 'agent' and p.id <> p_owner_id and d.is_away is not true
  order by coalesce(d.turn, 0), p.id
  limit 1
  for share of p skip locked;
  if v_agent_id is not null then
    insert into public.desk_turns (profile_id, turn)
    values (v_agent_id, (select coalesce(max(turn), 0) + 1 from public.desk_turns))
    on conflict (profile_id) do update set turn = excluded.turn;
  end if;
  return v_agent_id;
end;
$$;
comment on function private.next_agent(uuid) is 'Takes the turn of the agent who is next, for a ticket of this owner; null if nobody is there.';

create function private.assign_in_turn() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.assigned_to is null and new.status = 'open' and private.setting_integer('tickets_assigned_in_turn') = 1 then
    new.assigned_to := private.next_agent(new.user_id);
  end if;
  return new;
end;
$$;
comment on function private.assign_in_turn() is 'Gives a new ticket to the agent whose turn it is, where the desk wants that.';

create trigger support_tickets_assign_in_turn before insert on public.support_tickets
  for each row execute function private.assign_in_turn();

create function private.set_away(p_is_away boolean) returns public.desk_turns
language plpgsql security definer set search_path = '' as $$
declare
  v_turn public.desk_turns;
begin
  if not private.is_support_staff() then
    perform private.refuse(403, 'support_staff_only', 'Only support staff may do this.');
  end if;
  insert into public.desk_turns (profile_id, is_away) values (auth.uid(), coalesce(p_is_away, false))
  on conflict (profile_id) do update set is_away = excluded.is_away
  returning * into v_turn;
  return v_turn;
end;
$$;
comment on function private.set_away(boolean) is 'Says whether the caller is away.';

create function public.set_away(p_is_away boolean) returns public.desk_turns
language sql set search_path = '' as $$
  select * from private.set_away(p_is_away);
$$;
comment on function public.set_away(boolean) is
  'For support staff: says whether the caller is away, so that they are given no tickets in turn. What they have stays theirs. 403 support_staff_only.';

grant execute on function private.set_away(boolean), public.set_away(boolean) to authenticated;
