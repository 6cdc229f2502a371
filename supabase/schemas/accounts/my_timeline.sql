-- A person's day: what happened to them, whichever table it is in. Each domain registers a view for each kind, whose index gives the
-- newest first, so a page costs what a page of each kind costs.
create table private.timeline_kinds (
  kind text primary key constraint kind_is_snake_case check (kind ~ '^[a-z][a-z_]*$'),
  view_name text not null constraint view_is_in_private check (view_name ~ '^private\.timeline_[a-z_]+$')
);
comment on table private.timeline_kinds is
  'Views (person uuid, happened_at timestamptz, id text, data jsonb) that a domain contributes to my_timeline: what the person may read anyway.';

alter table private.timeline_kinds enable row level security;

create policy "nobody but the owner of the schema reads the kinds of the timeline" on private.timeline_kinds
  for all to anon, authenticated using (false) with check (false);

create index usage_logs_of_plans_idx on public.usage_logs (user_id, created_at desc) where action_type in ('plan_changed', 'limits_changed');
create index notifications_of_limits_idx on public.notifications (user_id, created_at desc) where kind like 'limit\_%';

create view private.timeline_plan with (security_invoker = true) as
  select user_id as person, created_at as happened_at, id::text as id,
    jsonb_build_object('action', action_type, 'details', details) as data
  from public.usage_logs where action_type in ('plan_changed', 'limits_changed');

create view private.timeline_limits with (security_invoker = true) as
  select user_id as person, created_at as happened_at, id::text as id, data || jsonb_build_object('kind', kind) as data
  from public.notifications where kind like 'limit\_%';
comment on view private.timeline_plan is 'Changes of the plan and of limits.';
comment on view private.timeline_limits is 'Limits that use came near to or reached, as they were told.';

insert into private.timeline_kinds (kind, view_name) values
  ('plan', 'private.timeline_plan'), ('limits', 'private.timeline_limits');

create function private.my_timeline(p_kinds text[], p_before_at timestamptz, p_before_id text, p_limit integer)
returns table (kind text, happened_at timestamptz, id text, data jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_limit constant integer := least(greatest(coalesce(p_limit, 50), 1), 100);
  v_before_at constant timestamptz := coalesce(p_before_at, 'infinity');
  v_query text;
begin
  if exists (select from unnest(p_kinds) asked where not exists (select from private.timeline_kinds k where k.kind = asked)) then
    perform private.refuse(422, 'unknown_timeline_kind', 'The timeline has no such kind.');
  end if;
  select string_agg(format(
    '(select %1$L::text as kind, v.happened_at, v.id, v.data from %2$s v where v.person = $1 and v.happened_at <= $2 '
    'and (v.happened_at < $2 or (%1$L || '' '' || v.id) collate "C" < $3) order by v.happened_at desc, v.id collate "C" desc limit $4)',
    k.kind, k.view_name), ' union all ')
  into v_query
  from private.timeline_kinds k where p_kinds is null or k.kind = any (p_kinds);
  if v_query is null or auth.uid() is null then
    return;
  end if;
  return query execute format(
    'select all_kinds.* from (%s) all_kinds order by happened_at desc, (kind || '' '' || id) collate "C" desc limit $4', v_query)
    using auth.uid(), v_before_at, coalesce(p_before_id, ''), v_limit;
end;
$$;
comment on function private.my_timeline(text[], timestamptz, text, integer) is 'A page of the caller''s timeline, the newest first.';

create function public.my_timeline(
  p_kinds text[] default null, p_before_at timestamptz default null, p_before_id text default null, p_limit integer default 50
) returns table (kind text, happened_at timestamptz, id text, data jsonb)
language sql stable security invoker set search_path = '' as $$
  select * from private.my_timeline(p_kinds, p_before_at, p_before_id, p_limit);
$$;
comment on function public.my_timeline(text[], timestamptz, text, integer) is
  'What happened to the caller, the newest first (1 to 100): calls, classes, tickets, surveys, files, limits, plan, or some kinds of these. '
  'Pages go on before (happened_at, "<kind> <id>"). 422 unknown_timeline_kind.';

grant execute on function public.my_timeline(text[], timestamptz, text, integer), private.my_timeline(text[], timestamptz, text, integer) to authenticated;
