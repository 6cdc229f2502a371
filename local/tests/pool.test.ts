import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testStack } from "../../supabase/tests/support/resources.ts";
import { builtInArrays, parserOf } from "../api/answer-types.ts";
import { Pool } from "../api/pool.ts";
import { until } from "./project.ts";
import { makeScratch, type ScratchDatabase } from "./scratch.ts";
import { type ScratchApi, startScratchApi } from "./scratch-api.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await makeScratch(testStack().db_url);
});
afterAll(async () => {
  await scratch.drop();
});

describe("a pool of connections", () => {
  let pool: Pool;
  beforeAll(() => {
    pool = new Pool({
      url: scratch.url("postgres"),
      max: 2,
      parserOf: parserOf(() => builtInArrays),
    });
  });
  afterAll(() => pool.end());

  /** Ended before its statement arrived, a connection would be opened again for it. */
  const isAsleep = (pid: unknown) =>
    until(
      () =>
        scratch.query(
          "select from pg_stat_activity where pid = $1 and query like 'select pg_sleep%'",
          [pid],
        ),
      (rows) => rows.length === 1,
    );
  const terminate = (pid: unknown) => scratch.query("select pg_terminate_backend($1)", [pid]);
  const pidOf = async (client: Awaited<ReturnType<Pool["connect"]>>): Promise<number> => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid", []);
    return rows[0]?.pid ?? 0;
  };

  test("a connection that is lost in a transaction refuses its rollback and is not lent again", async () => {
    const client = await pool.connect();
    await client.query("begin", []);
    const lost = await pidOf(client);
    const query = expect(client.query("select pg_sleep(60)", [])).rejects.toHaveProperty("code");
    await isAsleep(lost);
    await terminate(lost);
    await query;
    await expect(client.query("rollback", [])).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    client.release();
    const next = await pool.connect();
    expect(await pidOf(next)).not.toBe(lost);
    next.release();
  });

  test("a statement that waits behind the lost one is not sent on another connection", async () => {
    const client = await pool.connect();
    await client.query("begin", []);
    const query = expect(client.query("select pg_sleep(60)", [])).rejects.toHaveProperty("code");
    const behind = expect(
      client.query("create table public.never (id integer)", []),
    ).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    const [backend] = await until(
      () =>
        scratch.query<{ pid: number }>(
          "select pid from pg_stat_activity where query = 'select pg_sleep(60)'",
        ),
      (rows) => rows.length === 1,
    );
    await terminate(backend?.pid);
    await query;
    await behind;
    client.release();
    expect(await scratch.query("select to_regclass('public.never') as made")).toEqual([
      { made: null },
    ]);
  });

  test("one that died while idle is replaced", async () => {
    const client = await pool.connect();
    const lost = await pidOf(client);
    client.release();
    await terminate(lost);
    // The news of its end may come a moment after: until then it may still be lent, and then it refuses.
    const pid = await until(
      async () => {
        const next = await pool.connect();
        try {
          return await pidOf(next).catch(() => lost);
        } finally {
          next.release();
        }
      },
      (found) => found !== lost,
    );
    expect(pid).toBeGreaterThan(0);
  });

  test("more callers than connections get theirs in turn, also when one is lost", async () => {
    const first = await pool.connect();
    const second = await pool.connect();
    const order: string[] = [];
    const third = pool.connect().then((client) => {
      order.push("third");
      return client;
    });
    const fourth = pool.connect().then((client) => {
      order.push("fourth");
      return client;
    });
    const lost = await pidOf(first);
    const query = expect(first.query("select pg_sleep(60)", [])).rejects.toHaveProperty("code");
    await isAsleep(lost);
    await terminate(lost);
    await query;
    await expect(first.query("rollback", [])).rejects.toHaveProperty("code");
    first.release();
    expect(await pidOf(await third)).not.toBe(lost);
    second.release();
    (await third).release();
    (await fourth).release();
    expect(order).toEqual(["third", "fourth"]);
  });
});

describe("the API", () => {
  let api: ScratchApi;
  beforeAll(async () => {
    await scratch.query(
      "create function public.wait() returns void language sql as $$ select pg_sleep(60) $$",
    );
    api = await startScratchApi(scratch);
  });
  afterAll(() => api.close());

  /** Backends of a role may be ended by itself and by superusers. */
  const asSuperuser = async (query: string) => {
    const client = new pg.Client({ connectionString: scratch.url("supabase_admin") });
    await client.connect();
    await client.query(query);
    await client.end();
  };
  const wait = () => api.ask("rpc/wait", { method: "POST", body: "{}" });

  test("answers 503 to every caller whose connection is lost, and the next one as if nothing had been", async () => {
    const callers = Array.from({ length: 6 }, wait);
    await until(
      async () =>
        (
          await scratch.query<{ n: number }>(
            "select count(*)::integer as n from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()",
          )
        )[0]?.n,
      (n) => n === 6,
    );
    await asSuperuser(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'authenticator'",
    );
    const answers = await Promise.all(callers);
    expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(503));
    await scratch.query("create or replace function public.wait() returns void language sql as ''");
    const after = await Promise.all(Array.from({ length: 6 }, wait));
    expect(after.map((answer) => answer.status)).toEqual(Array(6).fill(204));
  });
});
