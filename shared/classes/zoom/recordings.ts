import { z } from "zod";
import { count, id, requiredId, text, time } from "../fields.ts";
import type {
  RecordingBatchChanged,
  RecordingChanged,
  RecordingFile,
  RecordingFilesChanged,
} from "../meeting-event.ts";
import { InstanceObject, instanceOf, type ZoomEvent } from "./envelope.ts";

const Segment = z.object({
  object: InstanceObject.extend({
    recording_file: z.object({ recording_start: time, recording_end: time }).nullish().catch(null),
  }),
});

const File = z.object({
  id,
  file_type: text,
  recording_type: text,
  recording_start: time,
  recording_end: time,
  file_size: count,
  status: text,
});
const Files = z.object({
  object: InstanceObject.extend({
    recording_files: z.array(File).nullish(),
    participant_audio_files: z.array(File).nullish().catch(null),
  }),
});

const Batch = z.object({
  object: z.object({
    meeting_uuids: z.array(requiredId).nullish(),
    meetings: z
      .array(z.object({ meeting_uuid: id, recording_file_ids: z.array(requiredId).nullish() }))
      .nullish(),
  }),
});

/** `recording.started|paused|resumed|stopped`; an end that is "", null or missing is open. */
export const recordingChanged =
  (kind: RecordingChanged["kind"]) =>
  ({ payload, occurredAt }: ZoomEvent): RecordingChanged => {
    const { object } = Segment.parse(payload);
    return {
      kind,
      provider: "zoom",
      occurred_at: occurredAt,
      instance: instanceOf(object),
      segment: {
        started_at: object.recording_file?.recording_start ?? null,
        ended_at: object.recording_file?.recording_end ?? null,
      },
    };
  };

function fileOf(file: z.infer<typeof File>): RecordingFile {
  return {
    key: file.id ?? [file.file_type, file.recording_type, file.recording_start].join(":"),
    file_type: file.file_type,
    recording_type: file.recording_type,
    started_at: file.recording_start,
    ended_at: file.recording_end,
    size_bytes: file.file_size,
    state: file.status,
  };
}

/** `recording.completed|transcript_completed|trashed|deleted|recovered`, without addresses and tokens. */
export const recordingFilesChanged =
  (kind: RecordingFilesChanged["kind"]) =>
  ({ payload, occurredAt }: ZoomEvent): RecordingFilesChanged => {
    const { object } = Files.parse(payload);
    const files = [...(object.recording_files ?? []), ...(object.participant_audio_files ?? [])];
    return {
      kind,
      provider: "zoom",
      occurred_at: occurredAt,
      instance: instanceOf(object),
      files: files.map(fileOf),
    };
  };

/** `recording.batch_trashed|batch_deleted|batch_recovered`. */
export const recordingBatchChanged =
  (kind: RecordingBatchChanged["kind"]) =>
  ({ payload, occurredAt }: ZoomEvent): RecordingBatchChanged => {
    const { object } = Batch.parse(payload);
    const whole = (object.meeting_uuids ?? []).map((key) => ({ key, file_keys: null }));
    const parts = (object.meetings ?? []).flatMap(({ meeting_uuid, recording_file_ids }) =>
      meeting_uuid === null ? [] : { key: meeting_uuid, file_keys: recording_file_ids ?? null },
    );
    return {
      kind,
      provider: "zoom",
      occurred_at: occurredAt,
      instances: [...whole, ...parts],
    };
  };
