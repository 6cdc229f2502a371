import { createHash } from "node:crypto";
import { ApiError } from "../core/api-error.ts";
import type { Db } from "../core/db.ts";
import { refusal, unavailable } from "../core/errors.ts";
import { isJsonObject, type JsonValue } from "../core/json.ts";
import { storableJson, storableText } from "../core/text.ts";
import { rpc } from "../db/call.ts";
import type { Observed } from "../http/observe.ts";
import type { Lanes } from "./lanes.ts";
import type { InboxEvent } from "./result.ts";
import { retrySoon } from "./retry-soon.ts";
import type { Verifier } from "./verifier.ts";

// Every answer is due within 2 s, also while the row that is needed is locked.
const BUDGET_MS = 1_800;
/** A large body takes its time on the way: two seconds more for one of 5 MiB, which only VAPI sends, and VAPI waits for 20 s. */
const MORE_MS_PER_MIB = 400;
/** The part of it that may pass behind others of the same subject. What remains is enough for a database that is up. */
const LANE_PATIENCE_MS = 1_200;

const MAX_KEY_LENGTH = 255;

/** A key that the unique index can hold. */
function boundedKey(key: string): string {
  if (key.length <= MAX_KEY_LENGTH) return storableText(key);
  return `sha256:${createHash("sha256").update(key).digest("hex")}`;
}

export interface Storable {
  readonly provider: Verifier<object>["provider"];
  readonly inbox: InboxEvent;
  /** The body as it was sent, redacted. */
  readonly payload: string;
}

async function ingest(
  db: Db,
  { provider, inbox, payload }: Storable,
  requestId: string,
  signal: AbortSignal,
): Promise<JsonValue | undefined> {
  const args = {
    p_provider: provider,
    p_dedupe_key: boundedKey(inbox.dedupeKey),
    p_event_type: storableText(inbox.eventType),
    p_occurred_at: inbox.occurredAt.toISOString(),
    p_payload: storableText(payload),
    p_event: inbox.event === null ? null : storableJson({ ...inbox.event }),
    p_request_id: requestId,
  };
  return await rpc(db, "ingest_event", args, signal);
}

/**
 * Puts a delivery into the inbox and answers the provider. Whatever goes wrong is a 503: the transaction did
 * not commit, or nobody knows, so the provider has to send again, which `ingest_event` bears.
 */
export async function intoInbox(
  db: Db,
  lanes: Lanes,
  delivery: Storable,
  { requestId, log }: Observed,
): Promise<Response> {
  const { eventType, subject } = delivery.inbox;
  const moreMs = (delivery.payload.length / 1024 ** 2) * MORE_MS_PER_MIB;
  const signal = AbortSignal.timeout(Math.round(BUDGET_MS + moreMs));
  const leave = subject === null ? () => {} : await lanes.take(subject, LANE_PATIENCE_MS);
  if (leave === null) throw unavailable("subject_is_busy");
  let result: JsonValue | undefined;
  try {
    result = await ingest(db, delivery, requestId, signal);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // It may have been stored and deferred, and the answer lost: nobody else would ask for its next try.
    retrySoon(db);
    throw unavailable(error.reason ?? error.code);
  } finally {
    leave();
  }
  if (!isJsonObject(result) || typeof result.status !== "string") {
    throw refusal("internal", undefined, { reason: "ingest_event_answer" });
  }
  if (result.is_busy === true) retrySoon(db);
  log({ event_type: eventType.slice(0, 100), outcome: result.status });
  return Response.json({ status: result.status, event_id: result.event_id ?? null });
}
