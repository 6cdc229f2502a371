import { createHash } from "node:crypto";
import { ApiError } from "../core/api-error.ts";
import type { Db } from "../core/db.ts";
import { requirePlatform } from "../core/env.ts";
import { refusal, unavailable } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import { type AddToLog, describeError } from "../core/log.ts";
import { rpc } from "../db/call.ts";
import { serviceDb } from "../db/service-client.ts";
import { type Observed, observe } from "../http/observe.ts";
import { discardBody, readRawBody } from "../http/read-body.ts";
import type { Address, Described } from "../http/route.ts";
import { BodiesInFlight } from "./bodies-in-flight.ts";
import { intoInbox } from "./into-inbox.ts";
import { Lanes } from "./lanes.ts";
import { redact } from "./redact.ts";
import { type Delivery, type Question, store, type WebhookResult } from "./result.ts";
import type { SignedDelivery, Verifier } from "./verifier.ts";

/** Turns a verified delivery into what becomes of it; it parses and never reaches out. */
export type WebhookHandler<Proof extends object> = (
  delivery: Delivery<Proof>,
) => WebhookResult | Promise<WebhookResult>;

/** What one provider's webhook takes, does and answers. */
interface WebhookRoute<Proof extends object> extends Described {
  readonly address: Address;
  /** The same as a security scheme of OpenAPI. */
  readonly signature: Readonly<Record<string, string>>;
  /** How a delivery proves whose it is. */
  readonly verifier: Verifier<Proof>;
  readonly receive: WebhookHandler<Proof>;
  /** Answers a verified body that is not JSON; without it: 400, nothing stored. */
  readonly onUnreadable?: () => Response;
}

/** Longer than a delivery may take: VAPI waits for 7.5 s. */
const QUESTION_BUDGET_MS = 5_000;

/** The answer to a question, always in the provider's shape: somebody waits, and nobody asks again. */
async function answered(question: Question, db: Db, log: AddToLog): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(QUESTION_BUDGET_MS);
    return await question.run((name, args) => rpc(db, name, args, signal));
  } catch (error) {
    log(
      error instanceof ApiError
        ? { code: error.code, reason: error.reason ?? null }
        : describeError(error),
    );
    return question.otherwise();
  }
}

/** Whether Postgres and RFC 3339 can say that time. */
function isSayable(time: Date): boolean {
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999;
}

/** A handler's bug must not lose the delivery: it is stored unread, and replayed once mended. */
async function handled<Proof extends object>(
  handler: WebhookHandler<Proof>,
  delivery: Delivery<Proof>,
): Promise<WebhookResult> {
  try {
    const result = await handler(delivery);
    if (result instanceof Response || result.kind === "question") return result;
    if (isSayable(result.occurredAt)) return result;
    throw new RangeError("occurredAt is no time that can be stored");
  } catch (error) {
    if (error instanceof ApiError) throw error;
    delivery.log(describeError(error));
    return store({
      dedupeKey: `sha256:${delivery.digest}`,
      eventType: "unreadable",
      occurredAt: delivery.receivedAt,
      event: null,
      subject: null,
    });
  }
}

/** What of a body will be held at most: nothing of one that says itself that it is too large. */
function bytesToKeep(request: Request, maxBytes: number): number {
  const told = request.headers.get("content-length");
  if (told === null) return maxBytes;
  return Number(told) > maxBytes ? 0 : Number(told);
}

/**
 * A provider's webhook, and the only way to write one: the body is read once under a cap, verified
 * before anything is parsed, handed to the handler as JSON, and becomes one call of `ingest_event`.
 * The handler sees no database client.
 *
 * Answers: 200 `{status, event_id}` or the handler's own; 401 `signature_…`; 400 `invalid_json`,
 * `body_incomplete`; 405; 408; 413; 503 with Retry-After when nothing was committed, the sender's
 * keys cannot be had, no secret is configured (nothing is accepted then, and nothing is lost), more
 * large bodies are in flight than the worker's memory bears, or too many deliveries about one subject.
 * @example
 * export default withWebhook({
 *   address: "POST /zoom-webhook",
 *   summary: "Zoom's events",
 *   answers: { 200: ["InboxReceipt", "ZoomChallengeAnswer"] },
 *   signature: { type: "apiKey", in: "header", name: "x-zm-signature" },
 *   verifier: zoomVerifier(),
 *   receive: receiveZoomEvent,
 * });
 * @throws EnvironmentError at the start, naming the variable that is not set
 */
export function withWebhook<Proof extends object>(route: WebhookRoute<Proof>) {
  requirePlatform("provider");
  const { verifier, onUnreadable } = route;
  let db: Db | undefined;
  const bodies = new BodiesInFlight();
  const lanes = new Lanes();

  async function receive(request: Request, receivedAt: Date, observed: Observed) {
    const rawBody = await readRawBody(request, verifier.maxBytes);
    const { method, headers } = request;
    const signed: SignedDelivery = {
      method,
      url: new URL(request.url),
      headers,
      rawBody,
      receivedAt,
    };
    const proof = await verifier.verify(signed);
    if (proof instanceof ApiError) throw proof;

    const text = new TextDecoder().decode(rawBody);
    const body = parseJson(text);
    if (body === undefined) {
      if (onUnreadable) return onUnreadable();
      throw refusal("invalid_json");
    }
    const digest = createHash("sha256").update(rawBody).digest("hex");
    const { log } = observed;
    const result = await handled(route.receive, { ...signed, body, digest, proof, log });
    if (result instanceof Response) return result;
    db ??= serviceDb();
    const service = db;
    if (result.kind === "question") return await answered(result, service, log);
    const payload = redact(text, verifier.isSecretKey);
    const storable = { provider: verifier.provider, inbox: result, payload };
    return await intoInbox(service, lanes, storable, observed);
  }

  const fetch = observe(async (request, observed) => {
    observed.log({ provider: verifier.provider });
    if (request.method !== "POST") {
      throw refusal("method_not_allowed", undefined, { headers: { allow: "POST" } });
    }
    const receivedAt = new Date();
    const release = await bodies.take(bytesToKeep(request, verifier.maxBytes));
    if (release === null) {
      await discardBody(request);
      throw unavailable("bodies_in_flight");
    }
    try {
      return await receive(request, receivedAt, observed);
    } finally {
      release();
    }
  });
  return { fetch, routes: [route], caller: "provider" } as const;
}
