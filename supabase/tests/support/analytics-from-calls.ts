import type pg from "pg";

/** What a row of a tier holds, counted from `call_logs` alone, in SQL that shares nothing with the product: its histograms … */
const histograms = `
  (select array_agg((select count(*) from unnest(array_agg(duration_seconds) filter (where started_at is not null)) one
      where one >= coalesce((private.duration_bounds())[class - 1], 0) and one < coalesce((private.duration_bounds())[class], 2147483647))::integer
      order by class)
    from generate_series(1, 32) class) as durations,
  coalesce((select jsonb_object_agg(reason, n) from (
      select reason, count(*) as n from unnest(array_agg(coalesce(ended_reason, '')) filter (where status = 'ended')) reason group by 1
    ) word), '{}') as reasons`;

/** … and its metrics, in the order of `private.call_metrics`. */
const metrics = `
  count(*)::integer as calls,
  count(*) filter (where status = 'ended')::integer as ended_calls,
  count(started_at)::integer as answered_calls,
  count(*) filter (where status = 'ended' and (is_success or is_success is null and outcome = 'completed' and duration_seconds >= 10))::integer
    as successful_calls,
  count(*) filter (where outcome = 'completed')::integer as completed_calls,
  count(*) filter (where outcome = 'no_answer')::integer as no_answer_calls,
  count(*) filter (where outcome = 'busy')::integer as busy_calls,
  count(*) filter (where outcome = 'voicemail')::integer as voicemail_calls,
  count(*) filter (where outcome = 'cancelled')::integer as cancelled_calls,
  count(*) filter (where outcome = 'rejected')::integer as rejected_calls,
  count(*) filter (where outcome = 'failed')::integer as failed_calls,
  coalesce(sum(duration_seconds) filter (where started_at is not null), 0)::bigint as duration_seconds,
  coalesce(sum(cost), 0) as cost`;

const assistant = "coalesce(assistant_id, '00000000-0000-0000-0000-000000000000') as assistant_id";

/** Tiers hold the calls that were measured or given up; the others are read live. */
const settled = "(ended_at is not null or stale_at is not null)";

const quarterHours = `
  select user_id, to_timestamp(floor(extract(epoch from called_at) / 900) * 900) as bucket_start, ${assistant}, ${histograms}, ${metrics}
  from public.call_logs where user_id = any ($1) and ${settled} group by 1, 2, 3`;

const days = `
  select c.user_id, (c.called_at at time zone z.time_zone)::date as day, ${assistant}, ${histograms},
    (select array_agg((select count(*) from unnest(array_agg(extract(hour from c.called_at at time zone z.time_zone))) one
        where one = hour)::integer order by hour) from generate_series(0, 23) hour) as hours, ${metrics}
  from public.call_logs c join private.analytics_calendars z on z.user_id = c.user_id
  where c.user_id = any ($1) and ${settled} group by 1, 2, 3`;

/** Rows in which a tier and the calls differ; empty when both tiers are right to the second and the cent. */
export async function analyticsDifferences(
  client: pg.Client,
  users: readonly string[],
): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const [table, expected] of [
    ["call_analytics", quarterHours],
    ["call_analytics_days", days],
  ]) {
    const stored = `select * from public.${table} where user_id = any ($1)`;
    const { rows } = await client.query(
      `with expected as (${expected}), stored as (${stored})
       (select 'stored' as side, * from (select * from stored except select * from expected) wrong)
       union all
       (select 'expected', * from (select * from expected except select * from stored) wrong)`,
      [users],
    );
    found.push(...rows);
  }
  return found;
}
