import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { participantUuid, signZoom, ZoomRun } from "../simulate/zoom.ts";
import { insist } from "./insist.ts";
import { doKill, type Kill } from "./kills.ts";
import { asSuperuser, query } from "./query.ts";
import type { Round, Scenario } from "./scenario.ts";
import type { StackProcess } from "./stack-process.ts";

const inFlight = 30;
const inTheWake = 10;
const PATIENCE_MS = 60_000;
const isWaiting = "wait_event_type = 'Lock'";

/** Each round 30 signed deliveries come in at once and wait for a lock when the kill comes; some more come in its wake. */
export const incomingRounds: Scenario = {
  name: "incoming",
  rounds: 16,
  open: async () => ({}),
  prepare: async () => {},
  round,
  finish: async () => "signed deliveries of Zoom's",
};

async function round(stack: StackProcess, kill: Kill, number: number): Promise<Round> {
  const run = new ZoomRun(String(72_000_000_000 + number), new Date());
  const bodies = Array.from({ length: inFlight + inTheWake }, () =>
    JSON.stringify(run.joined({ participant_uuid: participantUuid() }, new Date())),
  );
  let retries = 0;
  const deliver = async (body: string): Promise<void> => {
    const request = () => ({
      method: "POST",
      headers: signZoom(body, stack.address.secrets.zoom),
      body,
    });
    retries += await insist({
      stack,
      mayEnd: kill === "stack",
      path: "/functions/v1/zoom-webhook",
      request,
    });
  };

  // With the inbox locked every delivery is under way when the kill comes.
  const holder = new pg.Client({ connectionString: stack.address.db_url });
  holder.on("error", () => {});
  await holder.connect();
  await holder.query("begin; lock table public.webhook_events in access exclusive mode");
  const first = bodies.slice(0, inFlight).map(deliver);
  await waitForWaiters(stack);
  await doKill(stack, kill, "zoom-webhook", isWaiting);
  await holder.end().catch(() => {});
  const all = await Promise.allSettled([...first, ...bodies.slice(inFlight).map(deliver)]);
  const failure = all.find((result) => result.status === "rejected");
  const underway = `${bodies.length} sent`;
  if (failure?.status === "rejected" && stack.hasEnded) {
    return { underway, lost: 0, doubled: 0, retries, outcome: stack.lastWords };
  }
  if (failure?.status === "rejected") throw failure.reason;
  const { lost, doubled } = await settled(stack, run.uuid, bodies.length);
  return { underway, lost, doubled, retries, outcome: "recovered" };
}

/** What is missing and what is there too often, once the job had its time for events that waited too long: some of them wait again. */
async function settled(stack: StackProcess, uuid: string, sent: number) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = Object.values(await count(stack, uuid));
    const lost = found.reduce((sum, n) => sum + Math.max(0, sent - n), 0);
    const doubled = found.reduce((sum, n) => sum + Math.max(0, n - sent), 0);
    if (lost === 0 || Date.now() > deadline) return { lost, doubled };
    await sleep(500);
  }
}

async function waitForWaiters(stack: StackProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const [found] = await query<{ n: number }>(
      asSuperuser(stack.address.db_url),
      `select count(*)::integer as n from pg_stat_activity where ${isWaiting} and usename = 'authenticator'`,
    );
    // Not all of them wait, because the API has fewer connections than there are deliveries.
    if ((found?.n ?? 0) >= 10) return;
    await sleep(50);
  }
  throw new Error("no deliveries wait in the database");
}

/** What the database has of one meeting, once events that had waited too long were applied by the job. */
async function count(stack: StackProcess, uuid: string) {
  await query(stack.address.db_url, "select private.retry_events(now() + interval '1 hour')");
  const [rows] = await query<{ inbox: number; sessions: number }>(
    stack.address.db_url,
    `select
       (select count(*)::integer from public.webhook_events where payload like '%' || $1 || '%') as inbox,
       (select count(*)::integer from public.meeting_participants p
        join public.meeting_instances i on i.id = p.instance_id where i.instance_key = $1) as sessions`,
    [uuid],
  );
  return rows ?? { inbox: 0, sessions: 0 };
}
