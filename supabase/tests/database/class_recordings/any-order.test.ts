import { randomUUID } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testDatabaseUrl } from "../../support/resources.ts";

const client = new pg.Client({ connectionString: testDatabaseUrl() });
beforeAll(() => client.connect());
afterAll(() => client.end());

const at = (second: number) => new Date(Date.UTC(2026, 2, 2, 10, 0, second)).toISOString();
const second = fc.nat(20);
const keys = fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 });

/** Everything a provider says of one instance's recording; times may coincide. */
const events = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom("started", "paused", "resumed", "stopped"),
      second,
      files: fc.constant(null),
    }),
    fc.record({
      kind: fc.constantFrom("completed", "transcript_completed", "trashed", "deleted", "recovered"),
      second,
      files: keys,
    }),
    fc.record({
      kind: fc.constantFrom("batch_trashed", "batch_deleted", "batch_recovered"),
      second,
      files: fc.option(keys),
    }),
  ),
  { minLength: 1, maxLength: 8 },
);
type Told = { kind: string; second: number; files: string[] | null };

function eventOf(instance: string, { kind, second: s, files }: Told) {
  const told = { kind: `recording_${kind}`, provider: "zoom", occurred_at: at(s) };
  if (kind.startsWith("batch_")) {
    return { ...told, instances: [{ key: instance, file_keys: files }] };
  }
  const known = { key: instance, meeting_id: instance.slice(-11), host_key: null, title: null };
  if (files === null)
    return { ...told, instance: known, segment: { started_at: at(0), ended_at: null } };
  const file = (key: string) => ({ key, file_type: "MP4", started_at: at(0), state: "completed" });
  return { ...told, instance: known, files: files.map(file) };
}

interface Seen {
  recording_status: string;
  files: Record<string, string> | null;
}

/** Plays events of one instance that has begun, and takes everything back. */
async function play(told: readonly Told[]): Promise<Seen[]> {
  const instance = `${randomUUID()}${String(Date.now()).slice(-11)}`;
  await client.query("begin");
  try {
    const started = {
      kind: "meeting_started",
      provider: "zoom",
      occurred_at: at(0),
      started_at: at(0),
      instance: { key: instance, meeting_id: instance.slice(-11), host_key: null, title: null },
    };
    await client.query(
      `insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values ('Algebra', $1, $2, 60)`,
      [instance.slice(-11), at(0)],
    );
    for (const event of [started, ...told.map((one) => eventOf(instance, one))]) {
      const { rows } = await client.query<{ answer: { status: string } }>(
        "select public.ingest_event('zoom', gen_random_uuid()::text, $1::jsonb ->> 'kind', now(), '{}', $1::jsonb, 'test') as answer",
        [JSON.stringify(event)],
      );
      expect(rows[0]?.answer.status).toBe("applied");
    }
    const { rows } = await client.query<Seen>(
      `select c.recording_status, (select jsonb_object_agg(r.file_key, r.state) from public.class_recordings r where r.live_class_id = c.id) as files
       from public.live_classes c where c.meeting_id = $1`,
      [instance.slice(-11)],
    );
    return rows;
  } finally {
    await client.query("rollback");
  }
}

it("recordings are what their events say, in any order and any number", async () => {
  const cases = events.chain((told) =>
    fc.tuple(
      fc.shuffledSubarray(told, { minLength: told.length }),
      fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([one, other]) => {
      expect(await play(other)).toEqual(await play(one));
    }),
    { numRuns: 60 },
  );
});

it("the newest recording event says the status, whenever it arrives", async () => {
  const told = (kind: string, s: number, files: string[] | null = null): Told => ({
    kind,
    second: s,
    files,
  });
  const status = (...events: Told[]) => play(events);
  expect(await status(told("started", 1), told("stopped", 9))).toMatchObject([
    { recording_status: "stopped" },
  ]);
  expect(await status(told("stopped", 9), told("paused", 5), told("started", 1))).toMatchObject([
    { recording_status: "stopped" },
  ]);
  expect(await status(told("completed", 12, ["a"]), told("stopped", 9))).toMatchObject([
    { recording_status: "available", files: { a: "available" } },
  ]);
  expect(await status(told("batch_trashed", 15), told("completed", 12, ["a"]))).toMatchObject([
    { files: { a: "trashed" } },
  ]);
});

it("a recording whose every file is in the bin is not available, and is again once one comes back", async () => {
  const told = (kind: string, s: number, files: string[] | null): Told => ({
    kind,
    second: s,
    files,
  });
  const both = ["a", "b"];
  const completed = told("completed", 1, both);
  const statusAfter = async (...events: Told[]) =>
    (await play([completed, ...events])).map(({ recording_status }) => recording_status);
  expect(await statusAfter(told("trashed", 2, both))).toEqual(["removed"]);
  expect(await statusAfter(told("batch_deleted", 2, null))).toEqual(["removed"]);
  expect(await statusAfter(told("trashed", 2, ["a"]))).toEqual(["available"]);
  expect(await statusAfter(told("deleted", 2, ["a"]), told("trashed", 3, ["b"]))).toEqual([
    "removed",
  ]);
  expect(await statusAfter(told("trashed", 2, both), told("recovered", 3, ["a"]))).toEqual([
    "available",
  ]);
  expect(await statusAfter(told("trashed", 2, both), told("started", 3, null))).toEqual([
    "recording",
  ]);
});
