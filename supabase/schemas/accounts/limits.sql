-- Everything that a plan limits has a row here. What is shown, told, rolled over, reconciled and logged of limits follows from these rows.
-- A further limit is a column of public.plans, of public.user_limits (its maximum, its use, a line in its trigger) and of public.usage_logs,
-- and a row here, registered by the domain that counts.
create type private.limit_kind as enum ('stock', 'flow');
comment on type private.limit_kind is 'stock: what there is, never reset; flow: what is used in a period.';

create table private.limits (
  name text primary key constraint name_is_snake_case check (name ~ '^[a-z][a-z0-9_]*$'),
  place integer not null unique,
  kind private.limit_kind not null,
  amount_name text not null constraint amount_is_snake_case check (amount_name ~ '^[a-z][a-z0-9_]*$'),
  use_column text not null unique,
  log_column text not null unique,
  recount_function text not null constraint function_is_in_private check (recount_function ~ '^private\.[a-z_]+$'),
  is_told_early boolean not null,
  ends_trial boolean not null,
  max_column text not null generated always as ('max_' || amount_name) stored
);
comment on table private.limits is 'What a plan limits. The columns are named as they are in public.plans, public.user_limits and public.usage_logs.';
comment on column private.limits.name is 'As in a refusal, a warning and a notification.';
comment on column private.limits.place is 'The order in which limits are shown and told.';
comment on column private.limits.amount_name is 'What is counted, with its unit: max_<amount_name> is the maximum, remaining_<amount_name> what is left.';
comment on column private.limits.log_column is 'The column of public.usage_logs whose sum is the use.';
comment on column private.limits.recount_function is
  'Counts the use from the facts: of a stock (user_id uuid), of a flow (user_id uuid, from timestamptz, to timestamptz), to null = no end.';
comment on column private.limits.is_told_early is 'The owner is told at the warning shares; otherwise only when nothing is left.';
comment on column private.limits.ends_trial is 'A trial ends at this limit.';

alter table private.limits enable row level security;

create policy "nobody but the owner of the schema reads the list of limits" on private.limits
  for all to anon, authenticated using (false) with check (false);

create function private.recount(p_limit private.limits, p_user_id uuid, p_from timestamptz, p_to timestamptz) returns bigint
language plpgsql stable security definer set search_path = '' as $$
declare
  v_use bigint;
begin
  if p_limit.kind = 'flow' then
    execute format('select %s($1, $2, $3)', p_limit.recount_function) into v_use using p_user_id, p_from, p_to;
  else
    execute format('select %s($1)', p_limit.recount_function) into v_use using p_user_id;
  end if;
  return v_use;
end;
$$;
comment on function private.recount(private.limits, uuid, timestamptz, timestamptz) is
  'Use of one limit from the facts; of a flow in [p_from, p_to).';

create function private.recount_flows(p_limits public.user_limits) returns public.user_limits
language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_populate_record(p_limits, (
    select jsonb_object_agg(l.use_column, private.recount(l, p_limits.user_id, p_limits.period_start, p_limits.period_end))
    from private.limits l where l.kind = 'flow'));
end;
$$;
comment on function private.recount_flows(public.user_limits) is
  'The row with what its period has of every flow. From the facts and not zero: a fact may be later than the period before and here already.';

create function private.write_use(p_limits public.user_limits) returns public.user_limits
language plpgsql security definer set search_path = '' as $$
begin
  execute (
    select format('update public.user_limits set period_start = ($1).period_start, period_end = ($1).period_end, '
      'reconciled_at = ($1).reconciled_at, %s where user_id = ($1).user_id returning *',
      string_agg(format('%1$I = ($1).%1$I', use_column), ', '))
    from private.limits) into p_limits using p_limits;
  return p_limits;
end;
$$;
comment on function private.write_use(public.user_limits) is 'Stores the period and every use of a row, and returns what is stored.';

create function private.create_limits(p_user_id uuid, p_plan public.plan_type) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_columns constant text := (select string_agg(quote_ident(max_column), ', ' order by place) from private.limits);
begin
  execute format('insert into public.user_limits (user_id, plan_type, %1$s) select $1, plan_type, %1$s from public.plans where plan_type = $2',
    v_columns) using p_user_id, p_plan;
end;
$$;
comment on function private.create_limits(uuid, public.plan_type) is 'Gives a new account the limits of a plan.';

create function private.describe_limits(p_limits jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('plan_type', p_limits -> 'plan_type') || jsonb_object_agg(max_column, p_limits -> max_column)
  from private.limits;
$$;
comment on function private.describe_limits(jsonb) is 'The plan and the limits of a row, for the log.';
