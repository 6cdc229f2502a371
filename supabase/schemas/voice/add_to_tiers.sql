-- Adds calls of one quarter of an hour to both tiers. Each takes one statement when its row exists, as it nearly always does.
do $do$ begin execute private.write_for_each_metric($sql$
create function private.add_to_tiers(p_sum private.call_sum, p_zone text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_local timestamp;
  v_hour integer;
  v_left integer;
begin
  update public.call_analytics t set
    durations = private.add_classes(t.durations, p_sum.durations, p_sum.class),
    reasons = private.add_words(t.reasons, p_sum.reasons, p_sum.reason),
    [[NAME = t.NAME + p_sum.NAME]]
  where t.user_id = p_sum.user_id and t.bucket_start = p_sum.bucket_start and t.assistant_id = p_sum.assistant_id
  returning t.calls into v_left;
  if not found and p_sum.calls <> 0 then
    insert into public.call_analytics (user_id, bucket_start, assistant_id, durations, reasons, [[NAME]])
    values (
      p_sum.user_id, p_sum.bucket_start, p_sum.assistant_id, coalesce(p_sum.durations, array_fill(0, array[32])),
      private.add_words('{}', p_sum.reasons, p_sum.reason), [[p_sum.NAME]]);
  elsif v_left = 0 then
    -- Without calls every other figure is zero as well.
    delete from public.call_analytics t
    where t.user_id = p_sum.user_id and t.bucket_start = p_sum.bucket_start and t.assistant_id = p_sum.assistant_id;
  end if;

  v_local := p_sum.bucket_start at time zone p_zone;
  v_hour := extract(hour from v_local);
  update public.call_analytics_days t set
    durations = private.add_classes(t.durations, p_sum.durations, p_sum.class),
    reasons = private.add_words(t.reasons, p_sum.reasons, p_sum.reason),
    hours[v_hour + 1] = t.hours[v_hour + 1] + p_sum.calls,
    [[NAME = t.NAME + p_sum.NAME]]
  where t.user_id = p_sum.user_id and t.day = v_local::date and t.assistant_id = p_sum.assistant_id
  returning t.calls into v_left;
  if not found and p_sum.calls <> 0 then
    insert into public.call_analytics_days (user_id, day, assistant_id, durations, reasons, hours, [[NAME]])
    values (
      p_sum.user_id, v_local::date, p_sum.assistant_id, coalesce(p_sum.durations, array_fill(0, array[32])),
      private.add_words('{}', p_sum.reasons, p_sum.reason),
      array_fill(0, array[v_hour]) || p_sum.calls || array_fill(0, array[23 - v_hour]), [[p_sum.NAME]]);
  elsif v_left = 0 then
    delete from public.call_analytics_days t
    where t.user_id = p_sum.user_id and t.day = v_local::date and t.assistant_id = p_sum.assistant_id;
  end if;
end;
$$;
$sql$); end; $do$;
comment on function private.add_to_tiers(private.call_sum, text) is
  'Adds to the rows of a quarter of an hour and of its day in a zone, and deletes a row without calls. The caller holds the lock of the account.';
