import { expect, inject } from "vitest";
import { sql } from "./database.ts";
import { callFunction } from "./functions.ts";

/** Asks the maintenance function to work on the queue once, as the scheduler does. */
export async function maintain(): Promise<void> {
  const response = await callFunction("maintenance", {
    method: "POST",
    headers: { apikey: inject("stack").secret_key, "content-type": "application/json" },
    body: "{}",
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
}

/** An open task as far as a test cares. */
export interface OpenTask {
  readonly kind: string;
  readonly attempts: number;
  readonly last_error: string | null;
  /** Until the next try, as the queue sees it. */
  readonly waits_seconds: number;
  /** Whether a worker holds it. */
  readonly is_leased: boolean;
}

/** The open tasks whose resource contains a text. */
export const openTasks = (needle: string) =>
  sql<OpenTask>(
    `select kind, attempts, last_error, round(extract(epoch from run_after - now()))::integer as waits_seconds,
       leased_until > now() is true as is_leased
     from public.tasks where strpos(resource_id, $1) > 0
       and done_at is null and cancelled_at is null and dead_at is null order by kind`,
    [needle],
  );

/** Lets time pass for tasks: their next try is so many seconds nearer. */
export const passTime = (needle: string, seconds: number) =>
  sql(
    `update public.tasks set run_after = run_after - $2 * interval '1 second'
     where strpos(resource_id, $1) > 0 and done_at is null and cancelled_at is null and dead_at is null`,
    [needle, seconds],
  );

const MAX_ROUNDS = 12;

/**
 * Asks the maintenance function to work once, and waits until no worker holds one of the tasks about something: it works on
 * whatever is due, so another test's run may have taken them.
 */
export async function maintainAbout(needle: string): Promise<void> {
  await maintain();
  await expect
    .poll(async () => (await openTasks(needle)).filter((task) => task.is_leased), {
      timeout: 60_000,
    })
    .toEqual([]);
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
 * Lets time pass from try to try, until so many seconds are over or nothing about something is open any more.
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
