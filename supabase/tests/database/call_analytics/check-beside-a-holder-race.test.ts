import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, it } from "vitest";
import { testDatabaseUrl } from "../../support/resources.ts";

it("the nightly check passes over an account that somebody holds, and repairs it later", async () => {
  const connectionString = testDatabaseUrl();
  const [holder, job] = [new pg.Client({ connectionString }), new pg.Client({ connectionString })];
  await Promise.all([holder.connect(), job.connect()]);
  const user = randomUUID();
  const check = async () =>
    (await job.query("select private.check_analytics(now() + interval '1 day') as repairs")).rows;
  try {
    await job.query("insert into auth.users (id, email) values ($1, $2)", [user, "a@race.test"]);
    await job.query(
      "insert into public.call_logs (user_id, vapi_call_id, status, outcome, ended_at) values ($1, gen_random_uuid(), 'ended', 'failed', now())",
      [user],
    );
    await job.query("update public.call_analytics_days set calls = 7 where user_id = $1", [user]);
    await job.query("set lock_timeout = '1s'");

    await holder.query("begin");
    await holder.query("select from public.user_limits where user_id = $1 for update", [user]);
    expect(await check()).toEqual([{ repairs: 0 }]);
    await holder.query("commit");
    expect(await check()).toEqual([{ repairs: 1 }]);
  } finally {
    await holder.query("rollback");
    await job.query("delete from auth.users where id = $1", [user]);
    await Promise.all([holder.end(), job.end()]);
  }
});
