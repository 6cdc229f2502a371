import { z } from "zod";
import { type JsonValue, parseJson } from "../../core/json.ts";
import { type Delivery, type InboxEvent, store } from "../../webhook/result.ts";
import type { NormalizeStored } from "../../webhook/stored-event.ts";
import { type MeetingEvent, subjectOf } from "../meeting-event.ts";
import { ZoomEnvelope } from "./envelope.ts";
import { normalizeZoomEvent } from "./normalize.ts";
import { type ZoomProof, zoomChallengeAnswer } from "./verifier.ts";

/** No more than a token is signed: a signature of any text would be one of a delivery. */
const PLAIN_TOKEN = /^[A-Za-z0-9_-]{1,128}$/;
const Challenge = z.object({
  event: z.literal("endpoint.url_validation"),
  payload: z.object({ plainToken: z.string().regex(PLAIN_TOKEN) }),
});

interface ReadEvent {
  readonly eventType: string;
  readonly occurredAt: Date;
  readonly event: MeetingEvent | null;
}

/** A body that is no event at all has no effect by rule; an event that lacks its parts waits for a better reader. */
function read(body: JsonValue | undefined, receivedAt: Date): ReadEvent {
  const envelope = ZoomEnvelope.safeParse(body);
  const occurredAt = (envelope.success && envelope.data.event_ts) || receivedAt.toISOString();
  const type = envelope.success ? envelope.data.event : "no event";
  const payload = envelope.success ? envelope.data.payload : {};
  try {
    const event = normalizeZoomEvent({ type, occurredAt, payload });
    return { eventType: type, occurredAt: new Date(occurredAt), event };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return { eventType: type, occurredAt: new Date(occurredAt), event: null };
  }
}

/**
 * A verified Zoom delivery: the endpoint's validation is answered, everything else goes to the
 * inbox. The key is the body's hash, because a retry repeats the body and nothing else that is unique.
 */
export function receiveZoomEvent(delivery: Delivery<ZoomProof>): Response | InboxEvent {
  const challenge = Challenge.safeParse(delivery.body);
  if (challenge.success) {
    return Response.json(zoomChallengeAnswer(delivery.proof, challenge.data.payload.plainToken));
  }
  const told = read(delivery.body, delivery.receivedAt);
  return store({ dedupeKey: delivery.digest, ...told, subject: subjectOf(told.event) });
}

/** Reads a stored delivery again, for events that came before their reader. */
export const normalizeStored: NormalizeStored = ({ payload, occurred_at }) => {
  if (payload === null) return null;
  return read(parseJson(payload), new Date(occurred_at ?? 0)).event;
};
