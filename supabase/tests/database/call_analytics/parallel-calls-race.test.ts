import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, inject, it } from "vitest";

const CALLS = 60;
const SECONDS = 10;

it("the first calls of an account, recorded at the same moment, are all counted", async () => {
  const pool = new pg.Pool({ connectionString: inject("database_url"), max: 12 });
  const user = randomUUID();
  try {
    await pool.query("insert into auth.users (id, email) values ($1, $2)", [
      user,
      `${user}@race.test`,
    ]);
    await pool.query("update public.user_limits set plan_type = 'enterprise' where user_id = $1", [
      user,
    ]);
    const recorded = await Promise.allSettled(
      Array.from({ length: CALLS }, () =>
        pool.query(
          `insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
           values ($1, gen_random_uuid(), 'ended', 'completed', now() - make_interval(secs => $2), now())`,
          [user, SECONDS],
        ),
      ),
    );
    expect(recorded.filter(({ status }) => status === "rejected")).toEqual([]);

    const { rows } = await pool.query(
      `select used_call_time_seconds::integer as used,
         (select sum(calls)::integer from public.call_analytics where user_id = $1) as by_quarter_hour,
         (select sum(calls)::integer from public.call_analytics_days where user_id = $1) as by_day
       from public.user_limits where user_id = $1`,
      [user],
    );
    expect(rows).toEqual([{ used: CALLS * SECONDS, by_quarter_hour: CALLS, by_day: CALLS }]);
  } finally {
    await pool.query("delete from auth.users where id = $1", [user]);
    await pool.end();
  }
});
