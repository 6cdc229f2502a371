import { expect, inject } from "vitest";
import { sql } from "./database.ts";
import { VAPI_CREDENTIAL_ID } from "./vendors/vapi.ts";
import { maintain } from "./work.ts";

type Json = Record<string, unknown>;

/** The loopback VAPI's address. */
const cloud = () => {
  const { vapi } = inject("stack").vendors;
  if (vapi === undefined) throw new Error("no loopback VAPI");
  return vapi;
};

async function control(method: string, path: string, body?: object): Promise<Response> {
  const response = await fetch(`${cloud()}/__control/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

/** Lets VAPI prove its deliveries with the stack's secret, under the credential that our servers name. */
export async function connectVapi(kind: "bearer" | "secret" | "hmac" = "hmac"): Promise<void> {
  const { vapi: secret } = inject("stack").secrets;
  await control("PUT", "credentials", { id: VAPI_CREDENTIAL_ID, kind, secret });
}

/** The next requests that hold `includes` fail so. */
export const failVapi = (fault: { includes: string } & Json) => control("POST", "faults", fault);

/** What VAPI has, as far as it holds a text. */
export async function atVapi(
  kind: "assistants" | "numbers" | "requests",
  includes: string,
): Promise<Json[]> {
  return (
    await control("GET", `${kind}?includes=${encodeURIComponent(includes)}`)
  ).json() as Promise<Json[]>;
}

/** Puts something there that we did not create. */
export async function placeAtVapi(
  kind: "assistants" | "numbers" | "placed-calls",
  resource: Json,
): Promise<Json & { id: string }> {
  return (await control("POST", kind, resource)).json() as Promise<Json & { id: string }>;
}

export interface PlayedCall {
  callId: string;
  answer: Json | null;
  endedReason: string;
  seconds: number;
  deliveries: { type: string; statuses: number[]; answer: Json }[];
}

/** Somebody calls a number at VAPI. */
export async function callNumber(call: {
  phoneNumberId: string;
  seconds: number;
  startedAt: Date;
  lost?: string[];
  isOpen?: boolean;
}): Promise<PlayedCall> {
  const played = await control("POST", "calls", {
    ...call,
    startedAt: call.startedAt.toISOString(),
  });
  return played.json() as Promise<PlayedCall>;
}

interface OpenTask {
  id: string;
  attempts: number;
  version: number;
  is_leased: boolean;
}

const openTask = async (kind: string, resourceId: string) =>
  (
    await sql<OpenTask>(
      `select id, attempts, version, leased_until > now() is true as is_leased from public.tasks
       where kind = $1 and resource_id = $2 and done_at is null and dead_at is null and cancelled_at is null`,
      [kind, resourceId],
    )
  )[0];

/**
 * Makes the open task of a resource due and lets the maintenance function work until it was tried once more. Another file's run
 * may take it first: its try counts as well, but not one that was under way already.
 */
export async function workOnTasks(kind: string, resourceId: string): Promise<void> {
  const free = async () => {
    await expect
      .poll(async () => (await openTask(kind, resourceId))?.is_leased ?? false, { timeout: 20_000 })
      .toBe(false);
    return await openTask(kind, resourceId);
  };
  const before = await free();
  if (!before) return;
  for (let round = 0; round < 20; round++) {
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

export interface TaskState {
  state: "open" | "done" | "dead";
  attempts: number;
  last_error: string | null;
  waits_seconds: number;
}

/** The newest task of a resource. */
export async function taskOf(kind: string, resourceId: string): Promise<TaskState | undefined> {
  const [task] = await sql<TaskState>(
    `select case when done_at is not null then 'done' when dead_at is not null then 'dead' else 'open' end as state,
       attempts, last_error, extract(epoch from run_after - now())::integer as waits_seconds
     from public.tasks where kind = $1 and resource_id = $2 order by created_at desc limit 1`,
    [kind, resourceId],
  );
  return task;
}
