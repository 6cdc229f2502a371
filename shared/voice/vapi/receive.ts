import { createHash } from "node:crypto";
import { type JsonValue, parseJson } from "../../core/json.ts";
import { acknowledge, type Delivery, store, type WebhookResult } from "../../webhook/result.ts";
import type { NormalizeStored } from "../../webhook/stored-event.ts";
import type { CallEvent } from "../call-event.ts";
import { answerOf } from "./answers.ts";
import { asJson, normalizeVapiMessage, VapiEnvelope, type VapiMessage } from "./messages.ts";

/** Many a second during a call, and none says anything that is kept: acknowledged and not stored. */
const CHATTY: ReadonlySet<string> = new Set([
  "assistant.speechStarted",
  "assistant.started",
  "conversation-update",
  "hang",
  "language-change-detected",
  "language-changed",
  "model-output",
  "phone-call-control",
  "speech-update",
  "transcript",
  'transcript[transcriptType="final"]',
  "transfer-update",
  "user-interrupted",
  "voice-input",
  "workflow.node.started",
]);

/** Null when the body is no message at all. */
function read(body: JsonValue | undefined, receivedAt: string): VapiMessage | null {
  const envelope = VapiEnvelope.safeParse(body);
  if (!envelope.success) return null;
  const { type, timestamp, ...message } = envelope.data.message;
  return { type, occurredAt: timestamp ?? receivedAt, message };
}

/**
 * What makes two deliveries the same. VAPI sends no id, and presigned addresses differ from try to
 * try, so it is what we understood of the message, without its addresses. One that says something else,
 * or the same at another time, is another one: facts are the earliest or the newest of what was told.
 */
function keyOf(told: VapiMessage, event: CallEvent, hasTime: boolean): string | null {
  if (event.kind === "call_informational") return null;
  const { occurred_at, ...rest } = event;
  const { recording_url: _, ...facts } = { recording_url: null, ...rest };
  const said = JSON.stringify([facts, hasTime ? occurred_at : null]);
  const hash = createHash("sha256").update(said).digest("hex");
  return `${event.call.vapi_call_id}|${told.type}|${hash}`;
}

/** The account that a call belongs to is known by the database; its assistant or number stands for it here. */
function subjectOf(event: CallEvent): string | null {
  if (event.kind === "call_informational") return null;
  const { vapi_assistant_id, vapi_phone_number_id, vapi_call_id } = event.call;
  return vapi_assistant_id ?? vapi_phone_number_id ?? vapi_call_id;
}

/**
 * A verified delivery of VAPI's: questions are answered in VAPI's shape, chatter is acknowledged, everything
 * else goes to the inbox.
 * @see https://docs.vapi.ai/server-url/events
 */
export function receiveVapiMessage({ body, digest, receivedAt }: Delivery<object>): WebhookResult {
  const told = read(body, receivedAt.toISOString());
  if (told === null) {
    const occurred_at = receivedAt.toISOString();
    const event = {
      kind: "call_informational",
      provider: "vapi",
      occurred_at,
      notice: "no message",
    };
    return store({
      dedupeKey: digest,
      eventType: "no message",
      occurredAt: receivedAt,
      event,
      subject: null,
    });
  }
  const answer = answerOf(told);
  if (answer !== null) return answer;
  if (CHATTY.has(told.type)) return acknowledge();
  const event = normalizeVapiMessage(told);
  const hasTime = told.occurredAt !== receivedAt.toISOString();
  return store({
    dedupeKey: keyOf(told, event, hasTime) ?? digest,
    eventType: told.type,
    occurredAt: new Date(told.occurredAt),
    event: asJson(event),
    subject: subjectOf(event),
  });
}

/** Reads a stored delivery again, for events that came before their reader. */
export const normalizeStored: NormalizeStored = ({ payload, occurred_at }) => {
  if (payload === null) return null;
  const told = read(parseJson(payload), new Date(occurred_at ?? 0).toISOString());
  return told === null ? null : asJson(normalizeVapiMessage(told));
};
