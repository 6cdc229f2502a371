import { randomUUID } from "node:crypto";
import type { PoolClient } from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { database, sql, sqlOne } from "../support/database.ts";
import { retryEvents } from "../support/work.ts";

interface Answer {
  status: string;
  event_id: string;
}

const probe = `race_${randomUUID().replaceAll("-", "")}`;

// The effect is a task: its version counts how often the handler ran.
beforeAll(async () => {
  await sql(`create function private.${probe}(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
    language plpgsql set search_path = '' as $$
    begin
      perform private.enqueue_task('${probe}', p_event ->> 'resource');
      return 'applied';
    end $$`);
  await sql("insert into private.event_handlers values ($1, $2)", [probe, `private.${probe}`]);
});

afterAll(async () => {
  await sql("delete from private.event_handlers where kind = $1", [probe]);
  await sql("delete from public.webhook_events where event_type = $1", [probe]);
  await sql("delete from public.tasks where kind = $1", [probe]);
  await sql(`drop function private.${probe}(uuid, jsonb, timestamptz)`);
});

async function ingest(key: string, on: Pick<PoolClient, "query"> = database()): Promise<Answer> {
  const { rows } = await on.query<{ answer: Answer }>(
    "select public.ingest_event('zoom', $1, $2, now(), '{}', jsonb_build_object('kind', $2::text, 'resource', $1::text), null) as answer",
    [key, probe],
  );
  const [row] = rows;
  if (!row) throw new Error("ingest_event answers with one row");
  return row.answer;
}

const versions = (key: string) =>
  sql("select version from public.tasks where kind = $1 and resource_id = $2", [probe, key]);

const stored = (key: string) =>
  sql(
    "select status, left(last_error, 5) as sqlstate from public.webhook_events where dedupe_key = $1",
    [key],
  );

/** Lets the event be due now; other files' events keep their time. */
const makeDue = (key: string) =>
  sql("update public.webhook_events set next_attempt_at = now() where dedupe_key = $1", [key]);

/** A connection of its own inside a transaction, undone unless the test commits. */
async function inTransaction(run: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await database().connect();
  try {
    await client.query("begin");
    await run(client);
  } finally {
    await client.query("rollback");
    client.release();
  }
}

/** Resolves once another connection waits for what this one holds. */
async function someoneWaitsFor(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  await vi.waitFor(
    async () => {
      const { waiting } = await sqlOne<{ waiting: number }>(
        "select count(*)::integer as waiting from pg_stat_activity where $1 = any (pg_blocking_pids(pid))",
        [rows[0]?.pid],
      );
      expect(waiting).toBeGreaterThan(0);
    },
    { interval: 10, timeout: 10_000 },
  );
}

it("applies a delivery once that comes ten times at once", async () => {
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 10 }, () => ingest(key)));

  expect(answers.map(({ status }) => status).sort()).toEqual([
    "applied",
    ...Array(9).fill("duplicate"),
  ]);
  expect(new Set(answers.map(({ event_id }) => event_id)).size).toBe(1);
  expect(await versions(key)).toEqual([{ version: 1 }]);
});

it("answers a duplicate whose first delivery is still being applied as a duplicate", async () => {
  const key = randomUUID();
  await inTransaction(async (first) => {
    await ingest(key, first);
    const second = ingest(key);
    await someoneWaitsFor(first);
    await first.query("commit");
    expect((await second).status).toBe("duplicate");
  });
  expect(await versions(key)).toEqual([{ version: 1 }]);
});

it("applies the second delivery when the first is undone", async () => {
  const key = randomUUID();
  await inTransaction(async (first) => {
    await ingest(key, first);
    const second = ingest(key);
    await someoneWaitsFor(first);
    await first.query("rollback");
    expect((await second).status).toBe("applied");
  });
  expect(await versions(key)).toEqual([{ version: 1 }]);
});

it("promises nothing about a delivery whose first one does not end: the provider has to come again", async () => {
  const key = randomUUID();
  await inTransaction(async (first) => {
    await ingest(key, first);
    await expect(ingest(key)).rejects.toMatchObject({ code: "55P03" });
  });
  expect(await stored(key)).toEqual([]);
  expect((await ingest(key)).status).toBe("applied");
});

it("defers a delivery while the row that it needs is locked, and applies it later", async () => {
  const key = randomUUID();
  await sql("select private.enqueue_task($1, $2)", [probe, key]);
  await inTransaction(async (other) => {
    await other.query("select from public.tasks where kind = $1 and resource_id = $2 for update", [
      probe,
      key,
    ]);
    expect((await ingest(key)).status).toBe("deferred");
    expect(await stored(key)).toEqual([{ status: "failed", sqlstate: "55P03" }]);
  });
  await makeDue(key);
  await retryEvents();
  expect(await stored(key)).toEqual([{ status: "applied", sqlstate: null }]);
  expect(await versions(key)).toEqual([{ version: 2 }]);
});

it("tries a due event in only one of two retry jobs that run at once", async () => {
  const key = randomUUID();
  await sql(
    "update private.event_handlers set function_name = 'private.no_such_function' where kind = $1",
    [probe],
  );
  await ingest(key);
  await sql("update private.event_handlers set function_name = $2 where kind = $1", [
    probe,
    `private.${probe}`,
  ]);

  await makeDue(key);
  await inTransaction(async (first) => {
    await first.query("select private.retry_events(now())");
    await sql("select private.retry_events(now())");
    await first.query("commit");
  });
  await retryEvents();

  expect(await stored(key)).toEqual([{ status: "applied", sqlstate: null }]);
  expect(await versions(key)).toEqual([{ version: 1 }]);
});
