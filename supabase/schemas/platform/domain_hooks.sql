-- Domains meet here without knowing each other. A domain registers a function for a hook, and the one caller of the hook runs
-- all of its functions in the order of their places.
create table private.domain_hooks (
  hook private.domain_hook not null,
  place integer not null,
  domain text not null,
  function_name text not null constraint function_is_in_private check (function_name ~ '^private\.[a-z_]+$'),
  primary key (hook, place)
);
comment on table private.domain_hooks is
  'Functions that a domain contributes to what an earlier domain does. '
  'outside_resources (user_id uuid): table (kind text, resource_id text); purge_blockers (user_id uuid): setof text (a code each); '
  'facts_to_purge (user_id uuid): bigint (how many rows before_purge has to delete); before_purge (user_id uuid): integer (rows deleted in one bounded batch); visible_profiles (user_id uuid): setof uuid; '
  'profile_changed (old, new public.profiles): after the role, the status or the time zone changed; '
  'plan_changed (old, new public.user_limits): after the plan changed; '
  'before_user_deletion (user_id uuid): before the row of auth.users goes, with the limits locked; '
  'task_died (task public.tasks): after a task was given up; '
  'event_subjects (event jsonb): table (kind text, id uuid, title text, user_id uuid, user_name text), the rows that an event is about; '
  'account_overview (user_id uuid): jsonb (an object; what an admin sees of an account, a key for each kind of thing); '
  'metrics (now timestamptz): table (name text, help text, labels jsonb, value numeric), what a monitor reads every minute; '
  'notified (notification public.notifications): after a user was told something; '
  'message_links (delivery_id uuid): jsonb, tokens for the links of a message that is being written.';
comment on column private.domain_hooks.place is
  'The functions of a hook run in this order. Locks come before deletions: before_user_deletion locks below 50 and deletes from 50 on.';

alter table private.domain_hooks enable row level security;

create policy "nobody but the owner of the schema reads hooks" on private.domain_hooks
  for all to anon, authenticated using (false) with check (false);

create function private.run_hooks(p_hook private.domain_hook, p_subject anyelement) returns void
language plpgsql set search_path = '' as $$
declare
  v_function text;
begin
  for v_function in select function_name from private.domain_hooks where hook = p_hook order by place loop
    execute format('select %s($1)', v_function) using p_subject;
  end loop;
end;
$$;
comment on function private.run_hooks(private.domain_hook, anyelement) is
  'Calls the functions of a hook that answer nothing, in order, with what it is about: a user''s id, a task.';

create function private.run_hooks(p_hook private.domain_hook, p_old anyelement, p_new anyelement) returns void
language plpgsql set search_path = '' as $$
declare
  v_function text;
begin
  for v_function in select function_name from private.domain_hooks where hook = p_hook order by place loop
    execute format('select %s($1, $2)', v_function) using p_old, p_new;
  end loop;
end;
$$;
comment on function private.run_hooks(private.domain_hook, anyelement, anyelement) is
  'Calls the functions of a hook about a change, in order, with the row before and after.';

create function private.gather_hooks(p_hook private.domain_hook, p_subject anyelement) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_function text;
  v_part jsonb;
  v_all jsonb := jsonb_build_object();
begin
  for v_function in select function_name from private.domain_hooks where hook = p_hook order by place loop
    execute format('select %s($1)', v_function) into v_part using p_subject;
    v_all := v_all || coalesce(v_part, jsonb_build_object());
  end loop;
  return v_all;
end;
$$;
comment on function private.gather_hooks(private.domain_hook, anyelement) is
  'Calls the functions of a hook that each answer a JSON object or null, in order: their keys as one object.';
