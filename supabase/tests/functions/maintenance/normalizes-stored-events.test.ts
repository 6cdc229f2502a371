import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { testStack } from "../../support/resources.ts";

/** Stores deliveries as they would be from before their reader existed, and lets them be due. */
async function storeUnnormalized(payloads: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const payload of payloads) {
    const [row] = await sql<{ id: string }>(
      "select public.ingest_event('zoom', $1, 'probe', now(), $2, null, null) ->> 'event_id' as id",
      [randomUUID(), payload],
    );
    if (row) ids.push(row.id);
  }
  await sql("update public.webhook_events set next_attempt_at = now() where id = any ($1)", [ids]);
  return ids;
}

const maintain = () =>
  callFunction("maintenance", {
    method: "POST",
    headers: { apikey: testStack().secret_key },
  });

const stored = (ids: string[]) =>
  sql<{ kind: string | null; attempts: number; status: string }>(
    `select event ->> 'kind' as kind, attempts, status::text
     from public.webhook_events where id = any ($1) order by array_position($1, id)`,
    [ids],
  );

const known = JSON.stringify({ event: "meeting.probe", event_ts: 1767323045000, payload: {} });

it("reads a stored delivery that has a reader by now", async () => {
  const ids = await storeUnnormalized([known]);
  const response = await maintain();
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ events: {}, tasks: {} });
  expect(await stored(ids)).toMatchObject([{ kind: "meeting_informational", attempts: 2 }]);
});

it("counts a try for each delivery that still has none, and goes on", async () => {
  const broken = JSON.stringify({ event: "meeting.started", event_ts: 1767323045000, payload: {} });
  const ids = await storeUnnormalized([broken, known]);
  expect((await maintain()).status).toBe(200);
  expect(await stored(ids)).toMatchObject([
    { kind: null, attempts: 2, status: "failed" },
    { kind: "meeting_informational", attempts: 2 },
  ]);
});

it("reads each delivery once when it runs twice at once", async () => {
  const ids = await storeUnnormalized(Array.from({ length: 40 }, () => known));
  const responses = await Promise.all([maintain(), maintain(), maintain()]);
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set((await stored(ids)).map(({ attempts }) => attempts))).toEqual(new Set([2]));
});
