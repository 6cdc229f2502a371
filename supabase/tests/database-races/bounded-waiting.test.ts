import { randomUUID } from "node:crypto";
import type { PoolClient } from "pg";
import { expect, it } from "vitest";
import { hostIdOf } from "../../../tools/simulate/zoom.ts";
import { database, sqlOne } from "../support/database.ts";
import { createUser } from "../support/users.ts";
import { callTo, createTenant, type Tenant } from "../support/vapi.ts";
import { newMeetingId, scheduleClass } from "../support/zoom.ts";

interface Answer {
  status: string;
  is_busy?: true;
}

const PLACES = 3;
const REQUESTS = 12;
const name = `waiting ${randomUUID()}`;

/** Runs with a row locked on another connection. */
async function whileLocked<T>(query: string, id: string, run: () => Promise<T>): Promise<T> {
  const locker = await database().connect();
  try {
    await locker.query("begin");
    await locker.query(query, [id]);
    return await run();
  } finally {
    await locker.query("rollback");
    locker.release();
  }
}

/** As many requests at once, each on a connection of its own, and how many of them waited for a lock for long at the most. */
async function atOnce<T>(request: (client: PoolClient) => Promise<T>) {
  const clients = await Promise.all(
    Array.from({ length: REQUESTS }, async () => {
      const client = await database().connect();
      await client.query("select set_config('application_name', $1, false)", [name]);
      return client;
    }),
  );
  let open = true;
  const answers = Promise.all(clients.map(request)).finally(() => {
    open = false;
  });
  let most = 0;
  while (open) {
    const { waiting } = await sqlOne<{ waiting: number }>(
      `select count(distinct a.pid)::integer as waiting from pg_stat_activity a join pg_locks l on l.pid = a.pid
       where a.application_name = $1 and not l.granted and l.waitstart < clock_timestamp() - interval '150 milliseconds'`,
      [name],
    );
    most = Math.max(most, waiting);
  }
  for (const client of clients) {
    await client.query("reset application_name");
    client.release();
  }
  return { answers: await answers, most };
}

/** Until a connection has waited for a lock for a while, or its query has ended. */
async function waitsForLonger(client: PoolClient, query: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  query.then(end, end);
  while (!isOver) {
    const { waits } = await sqlOne<{ waits: boolean }>(
      `select exists (select from pg_locks where pid = $1 and not granted and waitstart < clock_timestamp() - interval '60 milliseconds') as waits`,
      [Reflect.get(client, "processID")],
    );
    if (waits) return;
  }
}

async function ingest(client: PoolClient, provider: string, event: object): Promise<Answer> {
  const { rows } = await client.query<{ answer: Answer }>(
    "select public.ingest_event($1, $2, 'probe', now(), '{}', $3, null) as answer",
    [provider, randomUUID(), JSON.stringify(event)],
  );
  if (!rows[0]) throw new Error("ingest_event answers with one row");
  return rows[0].answer;
}

const inProgress = (tenant: Tenant) => ({
  kind: "call_status_changed",
  provider: "vapi",
  occurred_at: new Date().toISOString(),
  status: "in_progress",
  call: { vapi_call_id: randomUUID(), vapi_assistant_id: tenant.vapiAssistantId },
});

const LOCK_ACCOUNT = "select from public.user_limits where user_id = $1 for update";

function expectFewToWait({ answers, most }: { answers: Answer[]; most: number }) {
  expect(answers).toHaveLength(REQUESTS);
  for (const answer of answers) expect(answer).toMatchObject({ status: "deferred", is_busy: true });
  expect(most).toBeLessThanOrEqual(PLACES);
}

it("few deliveries wait for a locked account, the others are deferred at once", async () => {
  const tenant = await createTenant();
  expectFewToWait(
    await whileLocked(LOCK_ACCOUNT, tenant.user.id, () =>
      atOnce((client) => ingest(client, "vapi", inProgress(tenant))),
    ),
  );
});

it("few deliveries wait for a locked class, the others are deferred at once", async () => {
  const start = new Date();
  const meetingId = newMeetingId();
  const classId = await scheduleClass(await createUser("teacher"), [], meetingId, start);
  const started = {
    kind: "meeting_started",
    provider: "zoom",
    occurred_at: start.toISOString(),
    started_at: start.toISOString(),
    instance: {
      key: randomUUID(),
      meeting_id: meetingId,
      host_key: hostIdOf(meetingId),
      title: null,
    },
  };
  expectFewToWait(
    await whileLocked("select from public.live_classes where id = $1 for update", classId, () =>
      atOnce((client) => ingest(client, "zoom", started)),
    ),
  );
});

it("few callers wait for a locked account, the others are asked to call again", async () => {
  const tenant = await createTenant();
  const { answers, most } = await whileLocked(LOCK_ACCOUNT, tenant.user.id, () =>
    atOnce(async (client) => {
      const call = {
        vapi_call_id: callTo(tenant).id,
        vapi_phone_number_id: tenant.vapiPhoneId,
        direction: "inbound",
      };
      const { rows } = await client.query<{ answer: object }>(
        "select public.admit_call($1) as answer",
        [JSON.stringify(call)],
      );
      return rows[0]?.answer;
    }),
  );
  for (const answer of answers) expect(answer).toMatchObject({ admitted: false, code: "busy" });
  expect(most).toBeLessThanOrEqual(PLACES);
});

it("a delivery that met a lock has used up no try", async () => {
  const tenant = await createTenant();
  const [answer] = await whileLocked(LOCK_ACCOUNT, tenant.user.id, async () => {
    const client = await database().connect();
    try {
      return [await ingest(client, "vapi", inProgress(tenant))];
    } finally {
      client.release();
    }
  });
  expect(answer).toMatchObject({ status: "deferred" });
  const stored = await sqlOne(
    `select status, attempts, next_attempt_at <= now() + interval '1 second' as is_soon
     from public.webhook_events where event #>> '{call,vapi_assistant_id}' = $1`,
    [tenant.vapiAssistantId],
  );
  expect(stored).toEqual({ status: "failed", attempts: 0, is_soon: true });
});

it("what became of a delivery is written, however short its handler may wait", async () => {
  const { event_id } = await sqlOne<{ event_id: string }>(
    `select public.ingest_event('vapi', $1, 'unheard-of', now(), '{}', null, null) ->> 'event_id' as event_id`,
    [randomUUID()],
  );
  const [writer, locker] = [await database().connect(), await database().connect()];
  try {
    await locker.query("begin");
    await locker.query("select from public.webhook_events where id = $1 for update", [event_id]);
    await writer.query("begin");
    await writer.query("set local lock_timeout = '20ms'");
    const settled = writer.query(
      "select private.settle_event($1, 1, 'failed', '55P03 busy', now()) as status",
      [event_id],
    );
    await waitsForLonger(writer, settled);
    await locker.query("rollback");
    expect((await settled).rows).toEqual([{ status: "failed" }]);
  } finally {
    await writer.query("rollback");
    await locker.query("rollback");
    writer.release();
    locker.release();
  }
});
