import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { uuidOf } from "../../core/uuid.ts";

const Tags = z.union([
  z.record(z.string(), z.string()),
  z
    .array(z.object({ name: z.string(), value: z.string() }))
    .transform((tags) => Object.fromEntries(tags.map(({ name, value }) => [name, value]))),
]);

const Envelope = z.object({
  type: z.string().max(100),
  created_at: z.iso.datetime({ offset: true }).optional().catch(undefined),
  data: z.record(z.string(), z.json()).catch({}),
});

const Told = z.object({
  email_id: z.string().min(1).max(200),
  message_id: z.string().max(998).nullish().catch(null),
  /** One event for each recipient and outcome; ours have one recipient. */
  to: z.array(z.string().max(320)).min(1),
  tags: Tags.catch({}),
  bounce: z.object({ type: z.string() }).optional().catch(undefined),
});

/** A mail that came in. The event says more of it, and not enough: it is read from the provider. */
const Received = z.object({ email_id: z.string().min(1).max(200) });

/** What each type says of a mail; the others say nothing that we keep. */
const STATES: Readonly<Record<string, string>> = {
  "email.sent": "sent",
  "email.delivered": "delivered",
  "email.bounced": "bounced",
  "email.complained": "complained",
  "email.failed": "failed",
  "email.suppressed": "suppressed",
};

const BOUNCES: Readonly<Record<string, string>> = {
  Permanent: "bounced_for_good",
  Transient: "bounced_for_now",
};

const FAILURES: Readonly<Record<string, string>> = {
  failed: "failed_at_provider",
  suppressed: "suppressed_by_provider",
};

/** The address alone of `Name <address>`. */
const addressOf = (mailbox: string): string =>
  (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim().toLowerCase();

export interface ResendEvent {
  readonly eventType: string;
  readonly occurredAt: Date;
  readonly event: Readonly<JsonObject> | null;
}

function receivedOf(occurredAt: Date, data: JsonValue): JsonObject | null {
  const received = Received.safeParse(data);
  if (!received.success) return null;
  const { email_id } = received.data;
  return { kind: "email_received", email_id, occurred_at: occurredAt.toISOString() };
}

function toldOf(type: string, occurredAt: Date, data: JsonValue): JsonObject | null {
  if (type === "email.received") return receivedOf(occurredAt, data);
  const state = STATES[type];
  if (state === undefined) return { kind: "email_informational" };
  const told = Told.safeParse(data);
  if (!told.success) return null;
  const { email_id, message_id, to, tags, bounce } = told.data;
  const bounced = state === "bounced" ? (BOUNCES[bounce?.type ?? ""] ?? "bounced") : null;
  return {
    kind: "email_told",
    state,
    reason: bounced ?? FAILURES[state] ?? null,
    is_permanent: state === "suppressed" || bounced === BOUNCES.Permanent,
    email_id,
    message_id: message_id ?? null,
    delivery_id: uuidOf(tags.delivery ?? "") ?? null,
    address: addressOf(to[0] ?? ""),
    occurred_at: occurredAt.toISOString(),
  };
}

/** Reads a delivery of Resend's. A body that is no event has no effect by rule; an event that lacks its parts waits for a better reader. */
export function readResendEvent(body: JsonValue | undefined, receivedAt: Date): ResendEvent {
  const envelope = Envelope.safeParse(body);
  if (!envelope.success || !isJsonObject(body)) {
    const event = { kind: "email_informational" };
    return { eventType: "no event", occurredAt: receivedAt, event };
  }
  const { type, created_at, data } = envelope.data;
  const occurredAt = created_at === undefined ? receivedAt : new Date(created_at);
  return { eventType: type, occurredAt, event: toldOf(type, occurredAt, data) };
}
