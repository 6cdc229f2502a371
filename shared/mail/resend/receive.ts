import { parseJson } from "../../core/json.ts";
import { type Delivery, type InboxEvent, store } from "../../webhook/result.ts";
import type { NormalizeStored } from "../../webhook/stored-event.ts";
import { readResendEvent } from "./events.ts";
import type { ResendProof } from "./verifier.ts";

/** A verified delivery of Resend's, for the inbox. Its id is the key: it stays the same over repetitions. */
export function receiveResendEvent(delivery: Delivery<ResendProof>): InboxEvent {
  const { body, receivedAt, proof } = delivery;
  const { eventType, occurredAt, event } = readResendEvent(body, receivedAt);
  const subject = typeof event?.delivery_id === "string" ? event.delivery_id : null;
  return store({ dedupeKey: proof.id, eventType, occurredAt, event, subject });
}

/** Reads a stored delivery again, for events that came before their reader. */
export const normalizeStored: NormalizeStored = ({ payload, occurred_at }) =>
  payload === null ? null : readResendEvent(parseJson(payload), new Date(occurred_at ?? 0)).event;
