do $$
declare name text;
begin
  foreach name in array array['profiles', 'projects', 'tasks', 'labels', 'task_labels', 'comments', 'page_views'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('create policy "signed-in people read %s" on public.%I for select to authenticated using (true)', name, name);
  end loop;
end $$;
alter table reporting.daily_totals enable row level security;
create policy "signed-in people read totals" on reporting.daily_totals for select to authenticated using (true);
create policy "owners write their projects" on public.projects for update to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));

create function public.search_tasks(p_query text, p_limit integer default 10) returns setof public.tasks
  language sql stable set search_path = '' as $$ select * from public.tasks where title ilike p_query limit p_limit $$;
create function public.task_totals(p_project_id uuid) returns table (status public.task_status, total bigint)
  language sql stable set search_path = '' as $$
  select t.status, count(*) from public.tasks t where t.project_id = p_project_id group by t.status $$;
create function public.move_task(p_task_id bigint, p_status public.task_status) returns void
  language sql set search_path = '' as $$ update public.tasks set status = p_status where id = p_task_id $$;
-- A computed column and a computed relation, as PostgREST offers them.
create function public.is_late(public.tasks) returns boolean language sql stable set search_path = '' as $$
  select $1.due_on < current_date $$;
create function public.siblings(public.tasks) returns setof public.tasks language sql stable set search_path = '' as $$
  select * from public.tasks t where t.project_id = $1.project_id and t.id <> $1.id $$;
