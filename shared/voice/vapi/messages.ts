import { z } from "zod";
import type { JsonObject, JsonValue } from "../../core/json.ts";
import type { CallEvent, CallIdentity } from "../call-event.ts";
import { callFacts, callStatus, factParts } from "./call-facts.ts";
import { part, text, time, word } from "./fields.ts";
import { BesideCall, CallParts, callIdentity } from "./identity.ts";

/** What every delivery of VAPI is: one message with a type. */
export const VapiEnvelope = z.object({
  message: z.looseObject({ type: z.string().trim().min(1).max(200), timestamp: time }),
});

/** A message of VAPI's with the time that it is about. */
export interface VapiMessage {
  readonly type: string;
  /** `message.timestamp`; where VAPI sent none, when it came. ISO 8601 in UTC. */
  readonly occurredAt: string;
  readonly message: Readonly<Record<string, unknown>>;
}

const Identified = part({ call: CallParts, ...BesideCall });

/** The call that a message is about; null when it names none. */
export function identityOf(message: VapiMessage["message"]): CallIdentity | null {
  const { call, ...beside } = Identified.parse(message);
  return callIdentity(call, beside);
}

const StatusUpdate = part({ status: word, endedReason: text(300) });
const Report = part(factParts);

function informational(
  { type, occurredAt }: VapiMessage,
  identity: CallIdentity | null,
): CallEvent {
  const call = identity && { vapi_call_id: identity.vapi_call_id };
  return {
    kind: "call_informational",
    provider: "vapi",
    occurred_at: occurredAt,
    notice: type,
    call,
  };
}

/**
 * A message in our words. What says nothing about a call's life or length (artifacts uploaded, sessions,
 * chats, types that VAPI has yet to invent) is informational.
 * @see https://docs.vapi.ai/server-url/events
 */
export function normalizeVapiMessage(told: VapiMessage): CallEvent {
  const { type, occurredAt, message } = told;
  const call = identityOf(message);
  if (call === null) return informational(told, null);
  const common = { provider: "vapi", occurred_at: occurredAt, call } as const;
  if (type === "end-of-call-report") {
    return { kind: "call_reported", ...common, ...callFacts(Report.parse(message)) };
  }
  const { status: word, endedReason } = StatusUpdate.parse(message);
  const status = type === "status-update" ? callStatus(word) : null;
  if (status === null) return informational(told, call);
  const ended_reason = status === "ended" ? endedReason : null;
  return { kind: "call_status_changed", ...common, status, ended_reason };
}

const Fetched = part({
  id: word,
  status: word,
  createdAt: time,
  updatedAt: time,
  ...factParts,
});

/**
 * A call as `GET /call` gives it, in the same words, so that it takes the same way as a delivery.
 * Null when it has no id or its status says nothing.
 * @see https://docs.vapi.ai/api-reference/calls/get
 */
export function normalizeFetchedCall(call: JsonValue): CallEvent | null {
  const identity = callIdentity(CallParts.parse(call));
  const { status: word, updatedAt, createdAt, ...facts } = Fetched.parse(call);
  const status = callStatus(word);
  const occurredAt = updatedAt ?? createdAt;
  if (identity === null || status === null || occurredAt === null) return null;
  const common = { provider: "vapi", occurred_at: occurredAt, call: identity } as const;
  if (status === "ended") return { kind: "call_reported", ...common, ...callFacts(facts) };
  return { kind: "call_status_changed", ...common, status, ended_reason: null };
}

/** A normalised event as the inbox takes it. */
export function asJson(event: CallEvent): JsonObject {
  return JSON.parse(JSON.stringify(event));
}
