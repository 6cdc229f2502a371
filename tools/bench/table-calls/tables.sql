-- The tables of the other way: plain, with the indexes that its queries want, and no rule in the database.
create table public.plain_limits (
  user_id uuid primary key, plan_type text not null default 'free', max_minutes integer not null default 10, seconds_used numeric not null default 0,
  max_assistants integer not null default 1
);
create table public.plain_assistants (
  id uuid primary key default gen_random_uuid(), user_id uuid not null, name text not null, vapi_assistant_id text unique, created_at timestamptz not null default now()
);
create index on public.plain_assistants (user_id);
create table public.plain_calls (
  id uuid primary key default gen_random_uuid(), user_id uuid not null, assistant_id uuid, vapi_call_id text not null unique, status text not null,
  outcome text, started_at timestamptz, ended_at timestamptz, duration_seconds numeric, ended_reason text, cost numeric, summary text, transcript text,
  created_at timestamptz not null default now()
);
create index on public.plain_calls (user_id, started_at desc);
create table public.plain_usage_logs (
  id bigint generated always as identity primary key, user_id uuid not null, call_id uuid, seconds numeric not null, created_at timestamptz not null default now()
);
create index on public.plain_usage_logs (user_id, created_at desc);
create table public.plain_classes (id uuid primary key default gen_random_uuid(), meeting_id text not null unique, status text not null default 'scheduled');
create table public.plain_students (id uuid primary key, email text not null unique);
create table public.plain_participants (
  id uuid primary key default gen_random_uuid(), class_id uuid not null, participant_uuid text not null, profile_id uuid, name text, email text,
  join_time timestamptz, leave_time timestamptz
);
create index on public.plain_participants (participant_uuid);
create index on public.plain_participants (class_id);
create table public.plain_tickets (
  id uuid primary key default gen_random_uuid(), user_id uuid not null, status text not null default 'open', last_message_at timestamptz
);
create table public.plain_messages (
  id uuid primary key default gen_random_uuid(), ticket_id uuid not null, author_id uuid not null, body text not null, created_at timestamptz not null default now()
);
create index on public.plain_messages (ticket_id, created_at);
do $$
declare
  v_table text;
begin
  foreach v_table in array array['limits', 'assistants', 'calls', 'usage_logs', 'classes', 'students', 'participants', 'tickets', 'messages'] loop
    execute format('comment on table public.plain_%s is %L', v_table, 'For a benchmark.');
    execute format('alter table public.plain_%s enable row level security', v_table);
    execute format('grant select, insert, update on public.plain_%s to service_role', v_table);
  end loop;
end;
$$;
