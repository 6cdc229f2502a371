import type { JsonObject, JsonValue } from "../core/json.ts";
import type { AddToLog } from "../core/log.ts";
import type { FunctionArgs, FunctionName, FunctionResult } from "../db/call.ts";

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

/** A delivery for the inbox. `withWebhook` keeps its payload, redacted. */
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
  /** Whose rows it changes, roughly: a worker handles few deliveries about one subject at once. Null when it names none. */
  readonly subject: string | null;
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
  /** The answer when the database gives none in time. */
  otherwise(): Response;
}

/** What becomes of a delivery: into the inbox, asked of the database, or answered at once. */
export type WebhookResult = InboxEvent | Question | Response;

/** Puts a delivery into the inbox. */
export function store(event: Omit<InboxEvent, "kind">): InboxEvent {
  return { kind: "event", ...event };
}

interface Asking<Result> {
  /** The answer in the provider's shape. */
  answer(result: Result): Response;
  /** The answer when the database gives none in time. */
  otherwise(): Response;
  /** Whether it is worth asking again in a moment. */
  isBusy?(result: Result): boolean;
}

/** Together with the last try well within the 7.5 s that VAPI waits for. */
const ASKING_MS = 3_000;
const PAUSE_MS = 150;

/**
 * Asks one function of the API, as the service, and answers in the provider's shape, also when there is no answer. While
 * the database is busy it is asked again: who waits here keeps no connection of the API.
 */
export function ask<Name extends FunctionName>(
  name: Name,
  args: FunctionArgs<Name>,
  { answer, otherwise, isBusy = () => false }: Asking<FunctionResult<Name>>,
): Question {
  const run = async (call: ServiceCall) => {
    const until = performance.now() + ASKING_MS;
    let result = await call(name, args);
    while (isBusy(result) && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (1 + Math.random())));
      result = await call(name, args);
    }
    return answer(result);
  };
  return { kind: "question", run, otherwise };
}

/** Acknowledges a delivery that is by rule neither stored nor applied. */
export function acknowledge(): Response {
  return Response.json({ status: "ignored" });
}
