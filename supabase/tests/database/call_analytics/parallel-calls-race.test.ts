import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, it } from "vitest";
import { testDatabaseUrl } from "../../support/resources.ts";

const ACCOUNTS = 20;
const PARALLEL = 12;
const SECONDS = 10;

it("the first calls of an account, recorded at the same moment, are all counted", async () => {
  const connectionString = testDatabaseUrl();
  const clients = Array.from({ length: PARALLEL }, () => new pg.Client({ connectionString }));
  await Promise.all(clients.map((client) => client.connect()));
  const users = Array.from({ length: ACCOUNTS }, () => randomUUID());
  const [client] = clients;
  try {
    for (const user of users) {
      const email = `${user}@race.test`;
      await client?.query("insert into auth.users (id, email) values ($1, $2)", [user, email]);
      const recorded = await Promise.allSettled(
        clients.map((each) =>
          each.query(
            `insert into public.call_logs (user_id, vapi_call_id, status, outcome, started_at, ended_at)
             values ($1, gen_random_uuid(), 'ended', 'completed', now() - make_interval(secs => $2), now())`,
            [user, SECONDS],
          ),
        ),
      );
      expect(recorded.filter(({ status }) => status === "rejected")).toEqual([]);
      const counted = await client?.query(
        `select used_call_time_seconds::integer as used,
           (select sum(calls)::integer from public.call_analytics where user_id = $1) as by_quarter_hour,
           (select sum(calls)::integer from public.call_analytics_days where user_id = $1) as by_day
         from public.user_limits where user_id = $1`,
        [user],
      );
      const sums = { used: PARALLEL * SECONDS, by_quarter_hour: PARALLEL, by_day: PARALLEL };
      expect(counted?.rows).toEqual([sums]);
    }
  } finally {
    await client?.query("delete from auth.users where id = any ($1)", [users]);
    await Promise.all(clients.map((each) => each.end()));
  }
});
