import { z } from "zod";
import { id } from "../fields.ts";
import type { MeetingEvent } from "../meeting-event.ts";
import type { ZoomEvent } from "./envelope.ts";
import { meetingCreated, meetingDeleted, meetingRecovered, meetingUpdated } from "./plans.ts";
import { recordingBatchChanged, recordingChanged, recordingFilesChanged } from "./recordings.ts";
import { meetingEnded, meetingStarted, participantJoined, participantLeft } from "./runs.ts";

const normalizers: ReadonlyMap<string, (event: ZoomEvent) => MeetingEvent> = new Map<
  string,
  (event: ZoomEvent) => MeetingEvent
>([
  ["meeting.started", meetingStarted],
  ["meeting.ended", meetingEnded],
  ["meeting.participant_joined", participantJoined],
  ["meeting.participant_left", participantLeft],
  ["meeting.created", meetingCreated],
  ["meeting.updated", meetingUpdated],
  ["meeting.deleted", meetingDeleted],
  ["meeting.permanently_deleted", meetingDeleted],
  ["meeting.recovered", meetingRecovered],
  ["recording.started", recordingChanged("recording_started")],
  ["recording.paused", recordingChanged("recording_paused")],
  ["recording.resumed", recordingChanged("recording_resumed")],
  ["recording.stopped", recordingChanged("recording_stopped")],
  ["recording.completed", recordingFilesChanged("recording_completed")],
  ["recording.transcript_completed", recordingFilesChanged("recording_transcript_completed")],
  ["recording.trashed", recordingFilesChanged("recording_trashed")],
  ["recording.deleted", recordingFilesChanged("recording_deleted")],
  ["recording.recovered", recordingFilesChanged("recording_recovered")],
  ["recording.batch_trashed", recordingBatchChanged("recording_batch_trashed")],
  ["recording.batch_deleted", recordingBatchChanged("recording_batch_deleted")],
  ["recording.batch_recovered", recordingBatchChanged("recording_batch_recovered")],
]);

const About = z.object({ object: z.object({ id }) });

/**
 * A Zoom event in our words. What is not in the list (join before host, waiting and breakout rooms,
 * roles, summaries, types that Zoom has yet to invent) says nothing about who attended and is informational.
 * @throws ZodError when an event of a known type lacks what makes it one
 * @see https://developers.zoom.us/docs/api/meetings/events/
 */
export function normalizeZoomEvent(event: ZoomEvent): MeetingEvent {
  const normalize = normalizers.get(event.type);
  if (normalize) return normalize(event);
  return {
    kind: "meeting_informational",
    provider: "zoom",
    occurred_at: event.occurredAt,
    notice: event.type,
    meeting_id: About.safeParse(event.payload).data?.object.id ?? null,
  };
}
