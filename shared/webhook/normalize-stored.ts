import { z } from "zod";
import type { Db } from "../core/db.ts";
import type { JsonValue } from "../core/json.ts";
import { describeError, writeLog } from "../core/log.ts";
import { storableJson } from "../core/text.ts";
import { rpc } from "../db/call.ts";
import { type Senders, StoredEvent } from "./stored-event.ts";

const Answer = z.object({ status: z.enum(["applied", "ignored", "deferred"]), event_id: z.uuid() });

/** How many stored events ended how; deferred ones are tried again. */
export type EventCounts = Record<z.infer<typeof Answer>["status"], number>;

export interface NormalizeOptions {
  readonly senders: Senders;
  /** When to take no further events, by `performance.now()`. */
  readonly deadline: number;
  readonly requestId: string;
}

const BATCH = 50;

async function hand(db: Db, stored: StoredEvent, event: JsonValue) {
  return Answer.parse(
    await rpc(db, "apply_normalized_event", { p_event_id: stored.id, p_event: event }),
  ).status;
}

/** An event that the database cannot take in that form counts as a failed try, so that it ends like any other. */
async function apply(db: Db, stored: StoredEvent, options: NormalizeOptions) {
  const event = await normalized(stored, options);
  try {
    return await hand(db, stored, event);
  } catch (error) {
    if (event === null) throw error;
    return await hand(db, stored, null);
  }
}

async function normalized(stored: StoredEvent, { senders, requestId }: NormalizeOptions) {
  try {
    const { normalizeStored } = await senders[stored.provider].normalizer();
    const event = normalizeStored(stored);
    return event === null ? null : storableJson({ ...event });
  } catch (error) {
    writeLog({ id: requestId, function: "maintenance", event: stored.id, ...describeError(error) });
    return null;
  }
}

/**
 * Normalises and applies the due events of the inbox that have no normalised form. Safe twice at
 * once: a claimed event is left alone for some minutes.
 * @throws ApiError when the inbox cannot be reached
 */
export async function normalizeStoredEvents(
  db: Db,
  options: NormalizeOptions,
): Promise<EventCounts> {
  const counts: EventCounts = { applied: 0, ignored: 0, deferred: 0 };
  while (performance.now() < options.deadline) {
    const claimed = await rpc(db, "claim_events_to_normalize", { p_limit: BATCH });
    const batch = z.array(StoredEvent).parse(claimed);
    for (const stored of batch) {
      // What is left stays claimed for some minutes and is due again then.
      if (performance.now() >= options.deadline) return counts;
      counts[await apply(db, stored, options)]++;
    }
    if (batch.length < BATCH) break;
  }
  return counts;
}
