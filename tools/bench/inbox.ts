import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";
import { receiveZoomEvent } from "../../shared/classes/zoom/receive.ts";
import { parseJson } from "../../shared/core/json.ts";
import { receiveVapiMessage } from "../../shared/voice/vapi/receive.ts";
import type { Delivery, WebhookResult } from "../../shared/webhook/result.ts";
import type { BenchDelivery } from "./deliveries.ts";

/** Reads a delivery as the provider's webhook does. */
export type Receive = (delivery: Delivery<object>) => WebhookResult;

export const receivers: Readonly<Record<"vapi" | "zoom", Receive>> = {
  vapi: receiveVapiMessage,
  zoom: (delivery) => receiveZoomEvent({ ...delivery, proof: { secret: "" } }),
};

/** What the webhook of a provider asks of the database for a delivery: the arguments of `ingest_event`. */
export type InboxCall = readonly (string | null)[];

export function inboxCall(provider: keyof typeof receivers, { body }: BenchDelivery): InboxCall {
  const read = parseJson(body);
  if (read === undefined) throw new Error("not JSON");
  const told = receivers[provider]({
    body: read,
    digest: createHash("sha256").update(body).digest("hex"),
    headers: new Headers(),
    url: new URL("http://localhost/"),
    receivedAt: new Date(),
    proof: {},
    log: () => {},
  });
  if (told instanceof Response || told.kind !== "event") throw new Error("not for the inbox");
  const event = told.event === null ? null : JSON.stringify(told.event);
  const occurredAt = told.occurredAt.toISOString();
  return [provider, told.dedupeKey, told.eventType, occurredAt, body, event, "bench"];
}

/** The same as a statement of one line. */
export const inboxStatement = (values: InboxCall): string =>
  `select public.ingest_event(${values.map((value) => (value === null ? "null" : pg.escapeLiteral(value))).join(", ")})`;

/** Hands one delivery to the inbox, over a connection without API and function between. */
export async function ingest(client: pg.Client, values: InboxCall): Promise<void> {
  const { rows } = await client.query<{ status: string }>({
    name: "ingest",
    text: "select public.ingest_event($1, $2, $3, $4, $5, $6, $7) ->> 'status' as status",
    values: [...values],
  });
  const status = rows[0]?.status;
  if (status !== "applied") throw new Error(`The inbox answered ${status}.`);
}

/** Milliseconds of processor time that a backend has used since it began, by the system's scheduler. Linux only. */
export function processorMilliseconds(backendPid: number): number {
  const [nanoseconds] = readFileSync(`/proc/${backendPid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1e6;
}
