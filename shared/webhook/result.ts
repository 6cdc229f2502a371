import type { FunctionArgs, FunctionName, FunctionResult } from "../db/call.ts";
import type { JsonObject, JsonValue } from "../http/json.ts";
import type { AddToLog } from "../http/log.ts";

/** A verified delivery as a handler sees it. */
export interface Delivery<Proof extends object> {
  readonly body: JsonValue;
  /** SHA-256 of the raw body, hex: the dedupe key of a provider that sends no id of its own. */
  readonly digest: string;
  readonly headers: Headers;
  readonly url: URL;
  readonly receivedAt: Date;
  readonly proof: Proof;
  readonly log: AddToLog;
}

/** A delivery for the inbox. Its payload is kept by the kernel, redacted. */
export interface InboxEvent {
  readonly kind: "event";
  /** The same for every sending of the same thing; unique per provider. */
  readonly dedupeKey: string;
  /** The provider's own name of the event. */
  readonly eventType: string;
  /** When it happened, by the provider's clock. */
  readonly occurredAt: Date;
  /** Our event with its `kind`, or null: stored, and applied by rule of its type or after a replay. */
  readonly event: Readonly<JsonObject> | null;
}

/** Calls one function of the API with the service's rights. */
export type ServiceCall = <Name extends FunctionName>(
  name: Name,
  args: FunctionArgs<Name>,
) => Promise<FunctionResult<Name>>;

/** A question that only the database can answer, in the provider's shape; made by `ask`. */
export interface Question {
  readonly kind: "question";
  run(call: ServiceCall): Promise<Response>;
}

/** What becomes of a delivery: into the inbox, asked of the database, or answered at once. */
export type WebhookResult = InboxEvent | Question | Response;

/** Puts a delivery into the inbox. */
export function store(event: Omit<InboxEvent, "kind">): InboxEvent {
  return { kind: "event", ...event };
}

/** Asks one function of the API, as the service, and answers in the provider's shape. */
export function ask<Name extends FunctionName>(
  name: Name,
  args: FunctionArgs<Name>,
  answer: (result: FunctionResult<Name>) => Response,
): Question {
  return { kind: "question", run: async (call) => answer(await call(name, args)) };
}

/** Acknowledges a delivery that is by rule neither stored nor applied. */
export function acknowledge(): Response {
  return Response.json({ status: "ignored" });
}
