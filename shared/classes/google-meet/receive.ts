import { z } from "zod";
import { type JsonValue, parseJson } from "../../core/json.ts";
import { type Delivery, type InboxEvent, store } from "../../webhook/result.ts";
import type { NormalizeStored } from "../../webhook/stored-event.ts";
import { type MeetingEvent, subjectOf } from "../meeting-event.ts";
import { normalizeGoogleMeetEvent } from "./normalize.ts";
import { readPush, type WorkspaceEvent } from "./push.ts";

/** Acknowledges what no later reader could make sense of either; any other status would bring it back for days. */
export const acknowledgeGarbage = (): Response => new Response(null, { status: 204 });

/** Null when the event lacks its parts: it waits in the inbox for a better reader. */
function normalized(event: WorkspaceEvent): MeetingEvent | null {
  try {
    return normalizeGoogleMeetEvent(event);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return null;
  }
}

/** A verified push: an event of Workspace goes to the inbox, all else is acknowledged and logged. */
export function receiveGoogleMeetEvent(delivery: Delivery<object>): Response | InboxEvent {
  const push = readPush(delivery.body, delivery.receivedAt);
  if (!push) {
    delivery.log({ outcome: "garbage" });
    return acknowledgeGarbage();
  }
  const event = normalized(push);
  return store({
    dedupeKey: push.dedupeKey,
    eventType: push.type,
    occurredAt: new Date(push.occurredAt),
    event,
    subject: subjectOf(event),
  });
}

function readStored(payload: string, occurredAt: string | null): WorkspaceEvent | undefined {
  const body: JsonValue | undefined = parseJson(payload);
  return readPush(body, new Date(occurredAt ?? 0));
}

/** Reads a stored push again, for events that came before their reader. */
export const normalizeStored: NormalizeStored = ({ payload, occurred_at }) => {
  const push = payload === null ? undefined : readStored(payload, occurred_at);
  return push ? normalized(push) : null;
};
