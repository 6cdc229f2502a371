import { expect } from "vitest";
import { sql } from "./database.ts";
import { callFunction } from "./functions.ts";
import { testStack } from "./resources.ts";

/** Asks the maintenance function to work on the queue once, as the scheduler does. */
export async function maintain(): Promise<void> {
  const response = await callFunction("maintenance", {
    method: "POST",
    headers: { apikey: testStack().secret_key, "content-type": "application/json" },
    body: "{}",
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
}

/**
 * Tries due events again, as the job does, and waits for those that another test file's run has just taken.
 */
export async function retryEvents(inSeconds = 0): Promise<void> {
  const by = "now() + make_interval(secs => $1)";
  await sql(`select private.retry_events(${by})`, [inSeconds]);
  await sql(
    `select from public.webhook_events where status in ('received', 'failed') and next_attempt_at <= ${by} order by id for update`,
    [inSeconds],
  );
}

const IS_OPEN = "done_at is null and cancelled_at is null and dead_at is null";
const WAITS_SECONDS = "round(extract(epoch from run_after - now()))::integer as waits_seconds";

/** An open task as far as a test cares. */
export interface OpenTask {
  readonly id: string;
  readonly kind: string;
  /** Tries of this version of the task. */
  readonly attempts: number;
  /** Counts how often the task was asked for. */
  readonly version: number;
  readonly last_error: string | null;
  /** Until the next try, as the queue sees it. */
  readonly waits_seconds: number;
  /** Whether a worker holds it. */
  readonly is_leased: boolean;
}

const openTasksThat = (condition: string, values: string[]) =>
  sql<OpenTask>(
    `select id, kind, attempts, version, last_error, ${WAITS_SECONDS}, leased_until > now() is true as is_leased
     from public.tasks where ${condition} and ${IS_OPEN} order by kind`,
    values,
  );

/** The open tasks whose resource contains a text. */
export const openTasks = (needle: string) => openTasksThat("strpos(resource_id, $1) > 0", [needle]);

const openTasksOf = (kind: string, resourceId: string) =>
  openTasksThat("kind = $1 and resource_id = $2", [kind, resourceId]);

/** A resource's newest task of a kind. */
export interface TaskState {
  readonly state: "open" | "done" | "dead";
  readonly attempts: number;
  readonly last_error: string | null;
  readonly waits_seconds: number;
}

/** The newest task of a kind for a resource, open or not. */
export async function taskOf(kind: string, resourceId: string): Promise<TaskState | undefined> {
  const [task] = await sql<TaskState>(
    `select case when done_at is not null then 'done' when dead_at is not null then 'dead' else 'open' end as state,
       attempts, last_error, ${WAITS_SECONDS}
     from public.tasks where kind = $1 and resource_id = $2 order by created_at desc limit 1`,
    [kind, resourceId],
  );
  return task;
}

/** Moves the next try of tasks nearer by so many seconds. */
export const passTime = (needle: string, seconds: number) =>
  sql(
    `update public.tasks set run_after = run_after - $2 * interval '1 second'
     where strpos(resource_id, $1) > 0 and ${IS_OPEN}`,
    [needle, seconds],
  );

/** Waits until no worker holds one of some tasks, and returns what is still open of them. */
async function freed(tasks: () => Promise<OpenTask[]>): Promise<OpenTask[]> {
  let open: OpenTask[] = [];
  const held = async () => {
    open = await tasks();
    return open.filter((task) => task.is_leased);
  };
  await expect.poll(held, { timeout: 60_000 }).toEqual([]);
  return open;
}

const MAX_ROUNDS = 20;

/**
 * Asks the maintenance function to work once, and waits until no worker holds one of the tasks about something: it works on
 * whatever is due, so another test's run may have taken them.
 */
export async function maintainAbout(needle: string): Promise<void> {
  await maintain();
  await freed(() => openTasks(needle));
}

/**
 * Makes the open task of a resource due and lets the maintenance function work until it was tried once more. Another file's run
 * may take it first: its try counts as well, but not one that was under way already.
 */
export async function workOnTasks(kind: string, resourceId: string): Promise<void> {
  const free = async () => (await freed(() => openTasksOf(kind, resourceId)))[0];
  const before = await free();
  if (!before) return;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await sql("update public.tasks set run_after = now() - interval '1 second' where id = $1", [
      before.id,
    ]);
    await maintain();
    const after = await free();
    const wasTried =
      after?.id !== before.id ||
      after.attempts > before.attempts ||
      after.version !== before.version;
    if (wasTried) return;
  }
  throw new Error(`nobody worked on ${kind} ${resourceId}`);
}

/** Makes the tasks about something due and has them worked on, until none is open. */
export async function workOff(needle: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if ((await openTasks(needle)).length === 0) return;
    await passTime(needle, 1_000_000);
    await maintainAbout(needle);
  }
  throw new Error(`still open: ${JSON.stringify(await openTasks(needle))}`);
}

/**
 * Lets time pass from try to try, until so many seconds are over or no task about something is open any more.
 * @returns the seconds that passed
 */
export async function liveOn(needle: string, seconds: number): Promise<number> {
  let elapsed = 0;
  for (;;) {
    await maintainAbout(needle);
    const waits = (await openTasks(needle)).map((task) => task.waits_seconds);
    if (waits.length === 0 || elapsed === seconds) return elapsed;
    const wait = Math.min(Math.max(1, Math.min(...waits) + 1), seconds - elapsed);
    elapsed += wait;
    await passTime(needle, wait);
  }
}
