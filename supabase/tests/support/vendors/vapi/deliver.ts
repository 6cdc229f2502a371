import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Json } from "./http.ts";
import type { Credential, Organisation } from "./state.ts";

/** Retries keep their order and number, not their length: a second of VAPI's plan is a hundredth here. */
const MILLISECONDS_PER_PLANNED_SECOND = 10;

const Server = z.looseObject({
  url: z.string(),
  credentialId: z.string().optional(),
  backoffPlan: z
    .looseObject({
      maxRetries: z.number(),
      baseDelaySeconds: z.number(),
      excludedStatusCodes: z.array(z.number()).default([]),
    })
    .optional(),
});

export interface Delivered {
  type: string;
  /** Of every try. */
  statuses: number[];
  answer: unknown;
}

function proof(credential: Credential | undefined, body: string): Record<string, string> {
  if (!credential) return {};
  const { kind, secret } = credential;
  if (kind === "bearer") return { authorization: `Bearer ${secret}` };
  if (kind === "secret") return { "x-vapi-secret": secret };
  const timestamp = String(Date.now());
  const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
  return { "x-timestamp": timestamp, "x-signature": signature };
}

/** Sends a message to a server as its credential and backoff plan say; presigned addresses differ from try to try. */
export async function deliver(
  org: Organisation,
  server: unknown,
  makeMessage: () => Json & { type: string },
  timeoutMs = 20_000,
): Promise<Delivered> {
  const { url, credentialId, backoffPlan } = Server.parse(server);
  const delivered: Delivered = { type: makeMessage().type, statuses: [], answer: undefined };
  for (let attempt = 0; attempt <= (backoffPlan?.maxRetries ?? 0); attempt++) {
    if (attempt > 0) {
      const seconds = (backoffPlan?.baseDelaySeconds ?? 0) * 2 ** (attempt - 1);
      await pause(seconds * MILLISECONDS_PER_PLANNED_SECOND);
    }
    const body = JSON.stringify({ message: makeMessage() });
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...proof(org.credentials.get(credentialId ?? ""), body),
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => undefined);
    delivered.statuses.push(response?.status ?? 0);
    delivered.answer = await response?.json().catch(() => undefined);
    const isFinal =
      response?.ok || backoffPlan?.excludedStatusCodes.includes(response?.status ?? 0);
    if (isFinal) break;
  }
  return delivered;
}
