/**
 * What VAPI told about a call, in our words. These are the objects that the handlers of kinds `call_status_changed` and
 * `call_reported` in `private.event_handlers` take. Times are ISO 8601 in UTC; `occurred_at` is
 * VAPI's `message.timestamp`, or a fetched call's `updatedAt`, and decides which of several reports is the newest.
 */
export type CallEvent = CallStatusChanged | CallReported | CallInformational;

export type CallDirection = "inbound" | "outbound" | "web";

export type CallStatus = "queued" | "ringing" | "in_progress" | "forwarding" | "ended";

/** Who is calling whom. Only the id has to be there; the owner is found by call, assistant or number. */
export type CallIdentity = {
  vapi_call_id: string;
  vapi_assistant_id: string | null;
  vapi_phone_number_id: string | null;
  /** Our number in E.164, where the event names it: a second way to the owner. */
  called_number: string | null;
  /** As it came: may be absent (web, withheld) or no E.164 (SIP, "Anonymous"). */
  customer_number: string | null;
  direction: CallDirection;
};

type Told<Kind extends string> = { kind: Kind; provider: "vapi"; occurred_at: string };

export type CallStatusChanged = Told<"call_status_changed"> & {
  call: CallIdentity;
  /** VAPI's scheduled is queued; not-found and deletion-failed are informational. */
  status: CallStatus;
  /** VAPI's own word; only with `ended`. */
  ended_reason: string | null;
};

/** An end-of-call report, or a call with status ended that was fetched from VAPI. */
export type CallReported = Told<"call_reported"> & {
  call: CallIdentity;
  ended_reason: string | null;
  /** Null: never connected, unless there is a duration. */
  started_at: string | null;
  ended_at: string | null;
  /** durationMs, else durationSeconds, else durationMinutes, in milliseconds. Used only where one of the times is missing. */
  duration_ms: number | null;
  /** USD. */
  cost: number | null;
  cost_breakdown: Record<string, unknown> | null;
  transcript: string | null;
  summary: string | null;
  /** Whatever the assistant's schema gave; any JSON. */
  structured_data: unknown;
  /** As it came, e.g. "true", "8", "Good", "85%". */
  success_evaluation: string | null;
  /** The lasting address, never a presigned one. */
  recording_url: string | null;
};

/** Stored without effect: no call id, a status that says nothing about the call, a notice. */
export type CallInformational = Told<"call_informational"> & {
  notice: string;
  /** By which it is forgotten with the call; null when it names none. */
  call: Pick<CallIdentity, "vapi_call_id"> | null;
};
