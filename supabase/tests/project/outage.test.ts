import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Stack, startStack } from "../../../local/stack.ts";
import { participantUuid, signZoom, ZoomRun } from "../../../tools/simulate/zoom.ts";

// A stack of its own, because its database is taken away and the whole of it is started again.
const data = mkdtempSync(join(tmpdir(), "switchboard-outage-"));
const start = () =>
  startStack({ data, port: 0, seed: false, scheduler: false, warm: false, durable: false });
let stack: Stack;

beforeAll(async () => {
  stack = await start();
});
afterAll(async () => {
  await stack.stop();
  rmSync(data, { recursive: true, force: true });
});

async function deliver(body: string): Promise<{ code: number; word: unknown }> {
  const response = await fetch(`${stack.url}/functions/v1/zoom-webhook`, {
    method: "POST",
    headers: signZoom(body, stack.secrets.zoom),
    body,
  });
  const answer: { status?: unknown } = JSON.parse(await response.text());
  return { code: response.status, word: answer.status };
}

async function ask<R extends pg.QueryResultRow>(query: string, values: string[]): Promise<R[]> {
  const client = new pg.Client({ connectionString: stack.db_url });
  await client.connect();
  try {
    return (await client.query<R>(query, values)).rows;
  } finally {
    await client.end();
  }
}

/** What the database has of one session of a class. */
async function kept(uuid: string): Promise<unknown> {
  const rows = await ask(
    `select
       (select count(*)::integer from public.webhook_events where payload like '%' || $1 || '%') as inbox,
       (select count(*)::integer from public.meeting_participants p
        join public.meeting_instances i on i.id = p.instance_id where i.instance_key = $1) as sessions`,
    [uuid],
  );
  return rows[0];
}

it("Postgres stopped in the middle of a stream: 503 until it is back, and every event is in exactly once", async () => {
  const run = new ZoomRun("71000000001", new Date());
  const bodies = Array.from({ length: 120 }, () =>
    JSON.stringify(run.joined({ participant_uuid: participantUuid() }, new Date())),
  );
  const codes = new Set<number>();
  let delivered = 0;
  let refused = 0;
  let outage: Promise<void> | undefined;
  const queue = [...bodies];
  // Eight senders, each of which repeats a delivery until it is taken, as Zoom does with more patience.
  const sender = async () => {
    for (let body = queue.shift(); body !== undefined; body = queue.shift()) {
      for (let code = 0; code !== 200; ) {
        ({ code } = await deliver(body));
        codes.add(code);
        if (code === 200 || outage === undefined) continue;
        refused += 1;
        // The database comes back only after senders have met the outage.
        if (refused === 8) outage = outage.then(() => stack.database.start());
      }
      delivered += 1;
      if (delivered === 40) outage = stack.database.stop();
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  await outage;
  expect([...codes].sort()).toEqual([200, 503]);
  // On a busy machine one or the other has waited too long for the meeting's row. The webhook tries those every second, in
  // batches that the job passes over while they are held: so the job is run until nothing is left.
  await vi.waitFor(
    async () => {
      await ask("select private.retry_events(now() + interval '1 hour')", []);
      expect(await kept(run.uuid)).toEqual({ inbox: bodies.length, sessions: bodies.length });
    },
    { timeout: 40_000, interval: 200 },
  );
});

it("without its database every part answers that it cannot, and goes on when it is back", async () => {
  const headers = { apikey: stack.secret_key, "content-type": "application/json" };
  const post = (path: string, body: object) =>
    fetch(`${stack.url}${path}`, {
      method: "POST",
      headers: { ...headers, authorization: `Bearer ${stack.secret_key}` },
      body: JSON.stringify(body),
    });
  const statuses = async () => {
    const answers = await Promise.all([
      fetch(`${stack.url}/rest/v1/profiles?select=id`, { headers }),
      post("/rest/v1/rpc/inbox_health", {}),
      post("/functions/v1/maintenance", {}),
      post("/storage/v1/object/list/ticket-attachments", { prefix: "" }),
      post("/auth/v1/token?grant_type=password", { email: "a@example.com", password: "no one" }),
    ]);
    return answers.map(({ status }) => status);
  };
  await stack.database.stop();
  try {
    // 544 and 500 are what hosted Storage and Auth say of a database that they cannot reach.
    expect(await statuses()).toEqual([503, 503, 503, 544, 500]);
  } finally {
    await stack.database.start();
  }
  // PostgREST may take some seconds more to be back.
  await vi.waitFor(async () => expect(await statuses()).toEqual([200, 200, 200, 200, 400]), {
    timeout: 20_000,
    interval: 200,
  });
});

it("a delivery from before a restart is a duplicate after it", async () => {
  const run = new ZoomRun("71000000002", new Date());
  const body = JSON.stringify(run.joined({ participant_uuid: participantUuid() }, new Date()));
  expect(await deliver(body)).toEqual({ code: 200, word: "applied" });
  await stack.stop();
  stack = await start();
  expect(await deliver(body)).toEqual({ code: 200, word: "duplicate" });
  expect(await kept(run.uuid)).toEqual({ inbox: 1, sessions: 1 });
});
