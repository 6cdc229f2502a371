import type { Database } from "../../supabase/database.types.ts";

/**
 * What a provider told about a meeting, in our words and whoever the provider is. These are the
 * objects that the handlers in `private.event_handlers` take; times are ISO 8601 in UTC.
 */
export type MeetingEvent =
  | MeetingStarted
  | MeetingEnded
  | ParticipantSeen
  | MeetingUpdated
  | MeetingDeleted
  | MeetingCreated
  | MeetingInformational
  | RecordingChanged
  | RecordingFilesChanged
  | RecordingBatchChanged
  | MeetingSubscriptionChanged;

export type MeetingProvider = Database["public"]["Enums"]["meeting_provider"];

/** One run of a meeting. */
export type Instance = {
  /** Zoom: the uuid; Google Meet: the conference record. */
  key: string;
  /** As in `live_classes.meeting_id`; null when the event does not name it. */
  meeting_id: string | null;
  host_key: string | null;
  title: string | null;
  /** Zoom: the address of the host's account, in the events that have it. */
  host_email?: string;
  /** Google Meet: the subscription that told it, of what Google tells the owner of a space only. */
  owner_subscription?: string;
};

type Told<Kind extends string> = { kind: Kind; provider: MeetingProvider; occurred_at: string };

export type MeetingStarted = Told<"meeting_started"> & { instance: Instance; started_at: string };

export type MeetingEnded = Told<"meeting_ended"> & {
  instance: Instance;
  started_at: string | null;
  ended_at: string;
};

/** One entry of one person with one device; a re-join has another key. */
export type Session = {
  key: string;
  /** Zoom's number of somebody in the meeting, the same in its report; null where there is none. */
  handle: string | null;
  name: string | null;
  email: string | null;
  provider_user_id: string | null;
  registrant_key: string | null;
  customer_key: string | null;
  joined_at: string | null;
  left_at: string | null;
};

export type ParticipantSeen = Told<"participant_joined" | "participant_left"> & {
  instance: Instance;
  /** When the meeting started, if the event says so. */
  started_at: string | null;
  session: Session;
};

export type MeetingUpdated = Told<"meeting_updated"> & {
  meeting_id: string;
  changed_at: string;
  /** The start before the change: says which occurrence of a recurring meeting is meant. */
  previous_start: string | null;
  is_for_all: boolean;
  changes: { title?: string; scheduled_start?: string; duration_minutes?: number };
};

export type MeetingDeleted = Told<"meeting_deleted" | "meeting_recovered"> & {
  meeting_id: string;
  changed_at: string;
  /** Starts of the occurrences that are meant; null for the whole meeting. */
  occurrences: string[] | null;
};

export type MeetingCreated = Told<"meeting_created"> & {
  meeting_id: string;
  changed_at: string;
  host_key: string | null;
  /** Only when the host created it. Otherwise it is somebody else's address. */
  host_email: string | null;
  title: string | null;
  scheduled_start: string | null;
  duration_minutes: number | null;
};

/** Stored and without effect by rule: waiting rooms, breakout rooms, roles, types nobody knows. */
export type MeetingInformational = Told<"meeting_informational"> & {
  notice: string;
  /** By which it is found again when somebody in it is to be forgotten; null when it names none. */
  meeting_id: string | null;
};

/** What tells us the events of a meeting is about to end, or has. */
export type MeetingSubscriptionChanged = Told<
  | "meeting_subscription_suspended"
  | "meeting_subscription_expiring"
  | "meeting_subscription_expired"
> & {
  /** The provider's name of the subscription. */
  subscription: string;
  expires_at: string | null;
  reason: string | null;
};

export type RecordingChanged = Told<
  "recording_started" | "recording_paused" | "recording_resumed" | "recording_stopped"
> & { instance: Instance; segment: { started_at: string | null; ended_at: string | null } };

/** A file at the provider. Without addresses and tokens: a link is fetched when somebody plays it. */
export type RecordingFile = {
  /** Zoom: the file's id; Google Meet: the resource name of the recording or transcript. */
  key: string;
  /** The provider's words, e.g. "MP4" and "shared_screen_with_speaker_view". */
  file_type: string | null;
  recording_type: string | null;
  started_at: string | null;
  ended_at: string | null;
  size_bytes: number | null;
  state: string | null;
};

export type RecordingFilesChanged = Told<
  | "recording_completed"
  | "recording_transcript_completed"
  | "recording_trashed"
  | "recording_deleted"
  | "recording_recovered"
> & { instance: Instance; files: RecordingFile[] };

export type RecordingBatchChanged = Told<
  "recording_batch_trashed" | "recording_batch_deleted" | "recording_batch_recovered"
> & {
  /** file_keys null: every file of that instance. */
  instances: { key: string; file_keys: string[] | null }[];
};

/** The meeting that an event is about, for whose rows it may have to wait; null when it names none. */
export function subjectOf(event: MeetingEvent | null): string | null {
  if (event === null) return null;
  if ("instance" in event) return event.instance.meeting_id ?? event.instance.key;
  return "meeting_id" in event ? event.meeting_id : null;
}
