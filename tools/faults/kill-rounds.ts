import pg from "pg";
import { participantUuid, signZoom, ZoomRun } from "../simulate/zoom.ts";
import type { StackProcess } from "./stack-process.ts";

/** What is killed, while signed deliveries come in and are repeated until they are taken, as providers do. */
export const kills = ["postmaster", "backend", "function", "stack"] as const;
export type Kill = (typeof kills)[number];

export interface Round {
  kill: Kill;
  sent: number;
  /** Deliveries that are not in the inbox, or whose participant is not in the class, after all were answered 200. */
  lost: number;
  /** Rows that are there more than once. */
  doubled: number;
  /** Answers and broken connections that made a delivery come again. */
  retries: number;
  /** Whether the stack still runs, or what it said when it ended. */
  outcome: string;
}

const inFlight = 30;
const inTheWake = 10;
const patienceMs = 90_000;

async function query<R extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
) {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** One round: 30 deliveries at once, which wait for a lock, the kill, and some more in its wake. */
export async function killRound(stack: StackProcess, kill: Kill, number: number): Promise<Round> {
  const run = new ZoomRun(String(72_000_000_000 + number), new Date());
  const bodies = Array.from({ length: inFlight + inTheWake }, () =>
    JSON.stringify(run.joined({ participant_uuid: participantUuid() }, new Date())),
  );
  const deadline = Date.now() + patienceMs;
  let retries = 0;
  const deliver = async (body: string): Promise<void> => {
    for (let attempt = 0; Date.now() < deadline; attempt++) {
      const status = await fetch(`${stack.address.url}/functions/v1/zoom-webhook`, {
        method: "POST",
        headers: signZoom(body, stack.address.secrets.zoom),
        body,
      }).then(
        async (response) => {
          await response.text();
          return response.status;
        },
        () => 0, // No answer at all, after which a provider also tries again.
      );
      if (status === 200) return;
      retries++;
      // The pauses grow, as those of providers do, because thirty deliveries that ask again at once are a load of their own.
      const pauseMs = Math.min(250 * 2 ** attempt, 4_000) * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (stack.hasEnded && kill !== "stack") throw new Error(stack.lastWords);
    }
    throw new Error(`not taken within ${patienceMs / 1000} s`);
  };

  // With the inbox locked every delivery is under way when the kill comes.
  const holder = new pg.Client({ connectionString: stack.address.db_url });
  holder.on("error", () => {});
  await holder.connect();
  await holder.query("begin; lock table public.webhook_events in access exclusive mode");
  const first = bodies.slice(0, inFlight).map(deliver);
  await waitForWaiters(stack);
  await doKill(stack, kill);
  await holder.end().catch(() => {});
  const all = await Promise.allSettled([...first, ...bodies.slice(inFlight).map(deliver)]);
  const failure = all.find((result) => result.status === "rejected");
  if (failure?.status === "rejected" && stack.hasEnded) {
    return { kill, sent: bodies.length, lost: 0, doubled: 0, retries, outcome: stack.lastWords };
  }
  if (failure?.status === "rejected") throw failure.reason;
  const rows = await count(stack, run.uuid);
  const missing = (n: number) => Math.max(0, bodies.length - n);
  const more = (n: number) => Math.max(0, n - bodies.length);
  return {
    kill,
    sent: bodies.length,
    lost: missing(rows.inbox) + missing(rows.sessions),
    doubled: more(rows.inbox) + more(rows.sessions),
    retries,
    outcome: "recovered",
  };
}

async function waitForWaiters(stack: StackProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const [found] = await query<{ n: number }>(
      stack.address.db_url.replace("//postgres:", "//supabase_admin:"),
      "select count(*)::integer as n from pg_stat_activity where wait_event_type = 'Lock' and usename = 'authenticator'",
    );
    // Not all of them wait, because the API has fewer connections than there are deliveries.
    if ((found?.n ?? 0) >= 10) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("no deliveries wait in the database");
}

async function doKill(stack: StackProcess, kill: Kill): Promise<void> {
  if (kill === "stack") return stack.killAndStart();
  if (kill === "postmaster") {
    process.kill(stack.postmaster(), "SIGKILL");
    return;
  }
  if (kill === "function") {
    const worker = stack.worker("zoom-webhook");
    if (worker === null) throw new Error("no process serves zoom-webhook");
    process.kill(worker, "SIGKILL");
    return;
  }
  const [backend] = await query<{ pid: number }>(
    stack.address.db_url.replace("//postgres:", "//supabase_admin:"),
    "select pid from pg_stat_activity where wait_event_type = 'Lock' and usename = 'authenticator' limit 1",
  );
  if (backend !== undefined) process.kill(backend.pid, "SIGKILL");
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
