import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Delivered, deliver } from "./deliver.ts";
import { isObject, type Json } from "./http.ts";
import { newResource, type Organisation, type Resource } from "./state.ts";

/** A call that somebody makes to a number at VAPI. */
export const Inbound = z.object({
  phoneNumberId: z.string(),
  from: z.string().default("+14155550123"),
  startedAt: z.iso.datetime(),
  /** As long as the caller would talk. */
  seconds: z.number(),
  endedReason: z.string().default("customer-ended-call"),
  cost: z.number().default(0.05),
  /** Types of messages that get lost on the way. */
  lost: z.array(z.string()).default([]),
  /** Rings and is answered, and has not ended yet. */
  isOpen: z.boolean().default(false),
});
export type Inbound = z.infer<typeof Inbound>;

/** VAPI's own limit for an answer to assistant-request. */
const ASSISTANT_REQUEST_MS = 7_500;
const DEFAULT_SECONDS = 600;
const DEFAULT_MESSAGES = ["status-update", "end-of-call-report", "conversation-update", "hang"];

const Answer = z.looseObject({
  error: z.string().optional(),
  assistantId: z.string().optional(),
  assistantOverrides: z
    .looseObject({ maxDurationSeconds: z.number().min(10).max(43_200).optional() })
    .optional(),
});

export interface Played {
  callId: string;
  /** What was answered to assistant-request; null when it was not asked. */
  answer: unknown;
  endedReason: string;
  seconds: number;
  deliveries: Delivered[];
}

/** Plays a call as VAPI does: whoever has no assistant is asked for one; then status updates and the report. */
export async function playInbound(org: Organisation, wanted: Inbound): Promise<Played> {
  const number = org.numbers.get(wanted.phoneNumberId);
  if (!number) throw new Error("no such number at VAPI");
  const startedAt = Date.parse(wanted.startedAt);
  const at = (second: number) => new Date(startedAt + second * 1000).toISOString();
  const customer = { number: wanted.from };
  const call: Resource = newResource({
    id: randomUUID(),
    type: "inboundPhoneCall",
    status: "queued",
    phoneNumberId: number.id,
    customer,
    createdAt: at(-3),
    updatedAt: at(-3),
  });
  org.calls.set(call.id, call);
  const snapshot = { ...call };
  const deliveries: Delivered[] = [];
  const phoneNumber = { id: number.id, number: number.number, provider: number.provider };
  let assistant: Resource | undefined;

  const tell = async (type: string, second: number, more: () => Json) => {
    if (wanted.lost.includes(type)) return;
    const wants = assistant?.serverMessages ?? DEFAULT_MESSAGES;
    if (type !== "assistant-request" && Array.isArray(wants) && !wants.includes(type)) return;
    const server = assistant?.server ?? number.server;
    const identity = { ...snapshot, ...(assistant ? { assistantId: assistant.id } : {}) };
    const make = () => ({
      type,
      timestamp: startedAt + second * 1000,
      call: identity,
      phoneNumber,
      customer,
      ...more(),
    });
    const timeout = type === "assistant-request" ? ASSISTANT_REQUEST_MS : undefined;
    deliveries.push(await deliver(org, server, make, timeout));
  };
  const change = (second: number, fields: Json) =>
    void org.calls.set(call.id, {
      ...call,
      ...org.calls.get(call.id),
      ...fields,
      updatedAt: at(second),
    });
  const status = async (name: string, second: number, more: Json = {}) => {
    change(second, { status: name, ...more });
    await tell("status-update", second, () => ({ status: name, ...more }));
  };
  const end = async (endedReason: string, seconds: number, started: string | undefined) => {
    const facts = {
      endedReason,
      ...(started ? { startedAt: started } : {}),
      endedAt: at(seconds),
      cost: started ? wanted.cost : 0,
    };
    const url = `https://storage.vapi.example/${call.id}-mono.wav`;
    const artifact = { transcript: "AI: Hello!\nUser: Goodbye.\n", recordingUrl: url };
    const analysis = { summary: "They said goodbye.", successEvaluation: "true" };
    await status("ended", seconds, facts);
    change(seconds + 4, { ...facts, artifact, analysis });
    await tell("end-of-call-report", seconds + 5, () => ({
      ...facts,
      durationSeconds: started ? seconds : 0,
      artifact: { ...artifact, presignedMonoUrl: `${url}?signature=${randomUUID()}` },
      analysis,
    }));
  };

  let answer: unknown = null;
  let limit = DEFAULT_SECONDS;
  let reason: string | undefined;
  if (typeof number.assistantId === "string") {
    assistant = org.assistants.get(number.assistantId);
  } else {
    await tell("assistant-request", -2, () => ({}));
    answer = deliveries.at(-1)?.answer ?? null;
    const parsed = Answer.safeParse(answer);
    if (!parsed.success || deliveries.at(-1)?.statuses.at(-1) !== 200) {
      reason = "assistant-request-failed";
    } else if (parsed.data.error !== undefined) {
      reason = "assistant-request-returned-error";
    } else {
      assistant = org.assistants.get(parsed.data.assistantId ?? "");
      limit = parsed.data.assistantOverrides?.maxDurationSeconds ?? limit;
      if (!assistant) reason = "assistant-request-returned-invalid-assistant";
    }
  }
  if (reason !== undefined || !assistant) {
    const endedReason = reason ?? "assistant-not-found";
    await end(endedReason, -1, undefined);
    return { callId: call.id, answer, endedReason, seconds: 0, deliveries };
  }
  change(-2, { assistantId: assistant.id });
  if (isObject(answer) === false) limit = Number(assistant.maxDurationSeconds ?? DEFAULT_SECONDS);
  await status("ringing", -1);
  await status("in-progress", 0, { startedAt: at(0) });
  const seconds = Math.min(wanted.seconds, limit);
  const endedReason = wanted.seconds > limit ? "exceeded-max-duration" : wanted.endedReason;
  if (!wanted.isOpen) await end(endedReason, seconds, at(0));
  return { callId: call.id, answer, endedReason, seconds, deliveries };
}
