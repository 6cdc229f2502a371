import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { database, sql } from "../support/database.ts";

const job = `race_${randomUUID().replaceAll("-", "")}`;

beforeAll(async () => {
  await sql(`create function private.${job}(p_now timestamptz) returns integer
    language sql set search_path = '' as $$ select 1 $$`);
  await sql("select private.schedule_job($1, '0 0 1 1 *', $2, 'probe of a test')", [
    job,
    `private.${job}`,
  ]);
});

afterAll(async () => {
  await sql("select cron.unschedule($1::text)", [job]);
  await sql("delete from private.jobs where name = $1", [job]);
  await sql(`drop function private.${job}(timestamptz)`);
});

it("does not start a job that is still running", async () => {
  const first = await database().connect();
  try {
    await first.query("begin");
    expect((await first.query("select private.run_job($1) as rows", [job])).rows).toEqual([
      { rows: 1 },
    ]);
    expect(await sql("select private.run_job($1) as rows", [job])).toEqual([{ rows: null }]);
    await first.query("commit");
    expect(await sql("select private.run_job($1) as rows", [job])).toEqual([{ rows: 1 }]);
  } finally {
    await first.query("rollback");
    first.release();
  }
  expect(await sql("select rows_touched from private.job_runs where job_name = $1", [job])).toEqual(
    [{ rows_touched: 1 }, { rows_touched: 1 }],
  );
});
