create table public.open_table (id bigint primary key, note text);
create table public.silent_table (id bigint primary key);
alter table public.silent_table enable row level security;
create table public.careless (
  id bigint primary key,
  label_id bigint references public.labels (id)
);
alter table public.careless enable row level security;
create policy "everybody writes" on public.careless for insert to anon with check (true);
create policy "asks for every row" on public.careless for select to authenticated using (auth.uid() is not null);
create function public.reset_everything() returns void language sql security definer set search_path = '' as $$ delete from public.labels $$;
