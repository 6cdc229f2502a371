-- What one call adds to analytics. The only place that says so: triggers, recomputation and rebuild all count with it.
create function private.duration_bounds() returns integer[]
language sql immutable set search_path = '' as $$
  select '{5,10,15,20,25,30,40,50,60,75,90,105,120,150,180,210,240,270,300,360,420,480,600,750,900,1200,1800,2700,3600,7200,14400}'::integer[];
$$;
comment on function private.duration_bounds() is
  'Limits between the 32 classes of a duration histogram, in seconds: class 1 is below 5, class 32 from 14400.';
grant execute on function private.duration_bounds() to authenticated, service_role;

create type private.call_measure as (
  user_id uuid,
  assistant_id uuid,
  bucket_start timestamptz,
  change integer,
  outcome public.call_outcome,
  is_ended boolean,
  is_answered boolean,
  is_success boolean,
  reason text,
  seconds integer,
  cost numeric,
  duration_class integer
);
comment on type private.call_measure is 'One call as analytics sees it. change: 1 it is new, -1 it is gone.';

create function private.measure_call(
  p_change integer, p_user_id uuid, p_assistant_key uuid, p_called_at timestamptz, p_started_at timestamptz,
  p_status public.call_status, p_outcome public.call_outcome, p_ended_reason text, p_duration_seconds integer,
  p_cost numeric, p_is_success boolean
) returns private.call_measure
language plpgsql stable set search_path = '' as $$
declare
  c_bounds constant integer[] := '{5,10,15,20,25,30,40,50,60,75,90,105,120,150,180,210,240,270,300,360,420,480,600,750,900,1200,1800,2700,3600,7200,14400}'::integer[];
  v_measure private.call_measure;
begin
  v_measure.user_id := p_user_id;
  v_measure.assistant_id := coalesce(p_assistant_key, '00000000-0000-0000-0000-000000000000');
  v_measure.bucket_start := date_bin('15 minutes', p_called_at, '2000-01-01 00:00:00+00');
  v_measure.change := p_change;
  v_measure.is_answered := p_started_at is not null;
  v_measure.is_ended := p_status = 'ended';
  v_measure.is_success := false;
  v_measure.seconds := p_duration_seconds;
  v_measure.cost := p_cost;
  if p_started_at is not null and p_duration_seconds is not null then
    v_measure.duration_class := width_bucket(p_duration_seconds, c_bounds) + 1;
  end if;
  if v_measure.is_ended then
    v_measure.outcome := p_outcome;
    v_measure.reason := coalesce(left(p_ended_reason, 200), '');
    v_measure.is_success := coalesce(p_is_success,
      p_outcome = 'completed' and p_duration_seconds >= (select (value #>> '{}')::integer from private.settings where name = 'successful_call_seconds'),
      false);
  end if;
  return v_measure;
end;
$$;
comment on function private.measure_call(integer, uuid, uuid, timestamptz, timestamptz, public.call_status, public.call_outcome,
  text, integer, numeric, boolean) is 'A call as analytics counts it; p_change 1 to add it, -1 to take it away.';
