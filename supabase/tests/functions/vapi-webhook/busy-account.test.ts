import { expect, it, vi } from "vitest";
import { database, sqlOne } from "../../support/database.ts";
import {
  callTo,
  createTenant,
  deliverVapi,
  type Tenant,
  tellVapi,
  usedSeconds,
} from "../../support/vapi.ts";

/** More than may wait for locked rows, and more than the API has connections. */
const DELIVERIES = 80;
/** As `waiting_places` says; a try that has none of them goes away after 20 ms. */
const PLACES = 3;
/** As many as a worker hands to the database at once; the API has twenty connections. */
const LANE = 8;
/** What the other account, the next tries and the tests that run meanwhile may use. */
const OTHERS = 4;
const PATIENCE_MS = 150;

/** A 503 is sent again after a pause, as VAPI does: at once it would be a load of its own. */
async function deliver(body: string): Promise<unknown> {
  for (;;) {
    const response = await deliverVapi(body);
    const answer = await response.json();
    if (response.status === 200) return answer.status;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** Reports of calls of one account, all at once, and what each ended as. */
const flood = (tenant: Tenant, startedAt: Date): Promise<unknown[]> =>
  Promise.all(
    Array.from({ length: DELIVERIES }, () =>
      deliver(JSON.stringify(callTo(tenant, startedAt).report({ seconds: 10 }))),
    ),
  );

interface Crowd {
  /** Those that wait for the rows of the locked account, longer than a try does that has no place. */
  waiting: number;
  /** Connections of the API that are in use, whatever for. */
  connections: number;
}

/** The most of each that were seen at once. */
async function mostOf(locker: number, isOver: () => boolean): Promise<Crowd> {
  const most = { waiting: 0, connections: 0 };
  while (!isOver()) {
    const { waiting, connections } = await sqlOne<Crowd>(
      `select
         (select count(*)::integer from pg_locks
          where not granted and clock_timestamp() - waitstart > $2 * interval '1 millisecond'
            and (locktype = 'tuple' and relation = 'public.user_limits'::regclass or $1 = any (pg_blocking_pids(pid)))) as waiting,
         (select count(*)::integer from pg_stat_activity where usename = 'authenticator' and state <> 'idle') as connections`,
      [locker, PATIENCE_MS],
    );
    most.waiting = Math.max(most.waiting, waiting);
    most.connections = Math.max(most.connections, connections);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return most;
}

it("while one account is locked, others are served; what was deferred is applied soon after, by no job", async () => {
  const [busy, other] = [await createTenant(), await createTenant()];
  const minutesAgo = new Date(Date.now() - 60_000);
  // A function that has answered before, as one that serves a flood has.
  await Promise.all(
    Array.from({ length: DELIVERIES }, (_, n) =>
      deliver(JSON.stringify({ message: { type: "hang", n } })),
    ),
  );
  const locker = await database().connect();
  try {
    await locker.query("begin");
    await locker.query("select from public.user_limits where user_id = $1 for update", [
      busy.user.id,
    ]);
    const { rows } = await locker.query<{ pid: number }>("select pg_backend_pid() as pid");
    let isOver = false;
    const flooded = flood(busy, minutesAgo).finally(() => {
      isOver = true;
    });
    const watched = mostOf(rows[0]?.pid ?? 0, () => isOver);
    const call = callTo(other, minutesAgo);
    expect(await tellVapi(call.request())).toMatchObject({ assistantId: other.vapiAssistantId });
    expect(await tellVapi(call.report({ seconds: 20 }))).toMatchObject({ status: "applied" });
    // Sent again after a 503, a delivery may have been stored before.
    for (const word of await flooded) expect(word).toMatch(/^(deferred|duplicate)$/);
    const most = await watched;
    expect(most.waiting).toBeGreaterThan(0);
    expect(most.waiting).toBeLessThanOrEqual(PLACES);
    expect(most.connections).toBeLessThanOrEqual(LANE + OTHERS);
  } finally {
    await locker.query("rollback");
    locker.release();
  }
  await vi.waitFor(async () => expect(await usedSeconds(busy.user.id)).toBe(10 * DELIVERIES), {
    timeout: 40_000,
    interval: 100,
  });
  const { attempts } = await sqlOne<{ attempts: number }>(
    `select max(attempts)::integer as attempts from public.webhook_events
     where event #>> '{call,vapi_assistant_id}' = $1`,
    [busy.vapiAssistantId],
  );
  expect(attempts).toBe(1);
}, 120_000);
