import type pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { database, sql, sqlOne } from "../support/database.ts";
import { newMeetingId } from "../support/zoom.ts";

const now = "2026-03-02T10:00:00Z";
let meetingId: string;
let first: pg.PoolClient;
let second: pg.PoolClient;

beforeEach(async () => {
  meetingId = newMeetingId();
  [first, second] = await Promise.all([database().connect(), database().connect()]);
});
afterEach(() => {
  first.release();
  second.release();
});

const schedule = (client: pg.PoolClient) =>
  client.query(
    "insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values ('Race', $1, $2, 60)",
    [meetingId, now],
  );

const start = (client: pg.PoolClient) =>
  client.query<{ word: string }>(
    `select public.ingest_event('zoom', gen_random_uuid()::text, 'race', now(), '{}', $1, 'race') ->> 'status' as word`,
    [
      {
        kind: "meeting_started",
        provider: "zoom",
        instance: { key: meetingId, meeting_id: meetingId },
        started_at: now,
      },
    ],
  );

/** Resolves when the work is done, or waits for somebody else's lock. */
async function doneOrWaiting(pid: number, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const { waits } = await sqlOne<{ waits: boolean }>(
      "select cardinality(pg_blocking_pids($1)) > 0 as waits",
      [pid],
    );
    if (waits) return;
  }
  await done;
}

const pidOf = async (client: pg.PoolClient): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid ?? 0;
};

it.each([
  ["scheduled", schedule, start],
  ["started", start, schedule],
])(
  "a class and its meeting find each other while the one is being %s and the other comes",
  async (_, one, other) => {
    const pid = await pidOf(second);
    await first.query("begin");
    await one(first);
    const work = other(second);
    await doneOrWaiting(pid, work);
    await first.query("commit");
    await work;
    const rows = await sql(
      "select status::text, actual_start_time from public.live_classes where meeting_id = $1",
      [meetingId],
    );
    expect(rows).toEqual([{ status: "ongoing", actual_start_time: new Date(now) }]);
  },
);
