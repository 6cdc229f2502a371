import { randomUUID } from "node:crypto";
import { sqlOne } from "./database.ts";

/** A call as a test tells it: ended, of 30 s, at noon of a day. */
export interface ToldCall {
  startedAt?: string;
  seconds?: number;
  assistantId?: string;
  vapiCallId?: string;
  recordingUrl?: string | null;
  summary?: string;
  endedReason?: string;
  outcome?: string;
  cost?: number;
}

/** Puts a finished call into the database, with every trigger; its id is returned. */
export async function insertCall(userId: string, call: ToldCall = {}): Promise<string> {
  const started = call.startedAt ?? "2026-03-10T12:00:00Z";
  const { id } = await sqlOne<{ id: string }>(
    `insert into public.call_logs (user_id, vapi_call_id, assistant_id, status, outcome, ended_reason, started_at, ended_at, reported_at,
       cost, summary, transcript, recording_url)
     values ($1, $2, $3, 'ended', $4, $5, $6, $6::timestamptz + $7 * interval '1 second', $6, $8, $9, 'AI: Hello!', $10) returning id`,
    [
      userId,
      call.vapiCallId ?? randomUUID(),
      call.assistantId ?? null,
      call.outcome ?? "completed",
      call.endedReason ?? "customer-ended-call",
      started,
      call.seconds ?? 30,
      call.cost ?? 0.25,
      call.summary ?? null,
      call.recordingUrl ?? null,
    ],
  );
  return id;
}
