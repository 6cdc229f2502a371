import type { CallReported, CallStatus } from "../call-event.ts";
import {
  amount,
  anything,
  evaluation,
  lastingUrl,
  length,
  object,
  part,
  text,
  time,
} from "./fields.ts";

const TRANSCRIPT_LENGTH = 1_000_000;
const SUMMARY_LENGTH = 20_000;
const REASON_LENGTH = 300;

const content = {
  transcript: text(TRANSCRIPT_LENGTH),
  recordingUrl: lastingUrl,
};

/** The facts of an ended call, which a report has in the message and a fetched call in itself. */
export const factParts = {
  endedReason: text(REASON_LENGTH),
  startedAt: time,
  endedAt: time,
  cost: amount,
  costBreakdown: object,
  // Not in VAPI's schema, and in its deliveries.
  durationMs: length(1),
  durationSeconds: length(1_000),
  durationMinutes: length(60_000),
  summary: text(SUMMARY_LENGTH),
  ...content,
  artifact: part({ ...content, recording: part({ mono: part({ combinedUrl: lastingUrl }) }) }),
  analysis: part({
    summary: text(SUMMARY_LENGTH),
    structuredData: anything,
    successEvaluation: evaluation,
  }),
};

const FactParts = part(factParts);
type Parts = ReturnType<typeof FactParts.parse>;

/** Everything of a report but its kind, time and identity. */
export function callFacts(
  parts: Parts,
): Omit<CallReported, "kind" | "provider" | "occurred_at" | "call"> {
  const { artifact, analysis } = parts;
  return {
    ended_reason: parts.endedReason,
    started_at: parts.startedAt,
    ended_at: parts.endedAt,
    duration_ms: parts.durationMs ?? parts.durationSeconds ?? parts.durationMinutes,
    cost: parts.cost,
    cost_breakdown: parts.costBreakdown,
    transcript: artifact.transcript ?? parts.transcript,
    summary: analysis.summary ?? parts.summary,
    structured_data: analysis.structuredData,
    success_evaluation: analysis.successEvaluation,
    recording_url:
      artifact.recordingUrl ?? artifact.recording.mono.combinedUrl ?? parts.recordingUrl,
  };
}

const statuses: ReadonlyMap<string, CallStatus> = new Map([
  ["scheduled", "queued"],
  ["queued", "queued"],
  ["ringing", "ringing"],
  ["in-progress", "in_progress"],
  ["forwarding", "forwarding"],
  ["ended", "ended"],
]);

/** VAPI's status in our words; null for one that says nothing about the call (not-found, deletion-failed, unknown). */
export const callStatus = (status: string | null): CallStatus | null =>
  statuses.get(status ?? "") ?? null;
