import { createHash } from "node:crypto";
import { z } from "zod";
import type { Db } from "../../core/db.ts";
import type { JsonValue } from "../../core/json.ts";
import { storableJson } from "../../core/text.ts";
import { call, rpc } from "../../db/call.ts";
import { done, type TaskHandler } from "../../tasks/task-handler.ts";
import type { CallReported, CallStatusChanged } from "../call-event.ts";
import { vapiOperations } from "../vapi/api.ts";
import { vapiClient } from "../vapi/client.ts";
import { asJson, normalizeFetchedCall } from "../vapi/messages.ts";

const Wanted = z.object({ updated_since: z.string(), open_calls: z.array(z.string()) });
type CallFact = CallReported | CallStatusChanged;

/** What the database needs to judge whether it knows all this: nothing of the content. */
function outline(event: CallFact) {
  const { kind, call: identity } = event;
  if (event.kind === "call_status_changed") {
    return { kind, call: { ...identity }, status: event.status };
  }
  const { started_at, ended_at, cost } = event;
  return { kind, call: { ...identity }, started_at, ended_at, cost };
}

async function ingest(db: Db, event: CallFact, requestId: string): Promise<void> {
  const { recording_url: _, ...said } = { recording_url: null, ...event };
  const hash = createHash("sha256").update(JSON.stringify(said)).digest("hex");
  await rpc(db, "ingest_event", {
    p_provider: "vapi",
    p_dedupe_key: `${event.call.vapi_call_id}|fetched|${hash}`,
    p_event_type: "call.fetched",
    p_occurred_at: event.occurred_at,
    p_payload: "{}",
    p_event: storableJson(asJson(event)),
    p_request_id: requestId,
  });
}

function asFacts(calls: readonly JsonValue[]): CallFact[] {
  return calls.flatMap((one) => {
    const event = normalizeFetchedCall(one);
    return event === null || event.kind === "call_informational" ? [] : [event];
  });
}

/** Takes what says something new; returns how many did. */
async function take(db: Db, calls: readonly JsonValue[], requestId: string): Promise<number> {
  const events = asFacts(calls);
  if (events.length === 0) return 0;
  const worth = new Set(await rpc(db, "calls_worth_ingesting", { p_events: events.map(outline) }));
  const news = events.filter((event) => worth.has(event.call.vapi_call_id));
  for (const event of news) await ingest(db, event, requestId);
  return news.length;
}

/**
 * Asks VAPI for the calls that changed since the last time and for those still open here, and takes what is new the way of a
 * delivery, so that a lost webhook costs nothing. Cut off half-way, the next run takes the rest.
 */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const through = new Date().toISOString();
  const wanted = Wanted.parse(await call(() => db.rpc("calls_to_reconcile")));
  const vapi = vapiOperations(vapiClient(), signal);
  const open = new Set(wanted.open_calls);
  let news = 0;
  const since = { updatedAtGe: new Date(wanted.updated_since).toISOString() };
  for await (const page of vapi.callPages(since)) {
    for (const { id } of page) open.delete(id);
    news += await take(db, page, task.id);
  }
  for (const id of open) news += await take(db, [await vapi.getCall(id)], task.id);
  await rpc(db, "record_call_reconciliation", { p_through: through });
  log({ news });
  return done();
};
