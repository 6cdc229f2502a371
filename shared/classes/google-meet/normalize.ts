import { z } from "zod";
import { planned, text } from "../fields.ts";
import type {
  Instance,
  MeetingEvent,
  MeetingSubscriptionChanged,
  ParticipantSeen,
  RecordingChanged,
  RecordingFilesChanged,
} from "../meeting-event.ts";
import { type ResourceName, readResourceName, spaceOf, subscriptionOf } from "./names.ts";
import type { WorkspaceEvent } from "./push.ts";

const MEET = "google.workspace.meet.";

type Read = (event: WorkspaceEvent) => MeetingEvent;

const Resource = z.object({ name: z.string() });

/** The resource that the data names; the documentation has both spellings of the keys. */
function resourceOf({ data }: WorkspaceEvent, camel: string, snake: string): ResourceName {
  const Data = z.record(z.string(), z.unknown());
  const fields = Data.parse(data);
  const { name } = Resource.parse(fields[camel] ?? fields[snake]);
  return z
    .custom<ResourceName>((value) => value !== undefined, "not a resource of a conference")
    .parse(readResourceName(name));
}

function told<Kind extends string>(kind: Kind, event: WorkspaceEvent) {
  return { kind, provider: "google_meet", occurred_at: event.occurredAt } as const;
}

function instanceOf({ conferenceRecord }: ResourceName, event: WorkspaceEvent): Instance {
  const owner_subscription = isForEverybody(event) ? undefined : subscriptionOf(event.source);
  return {
    key: conferenceRecord,
    meeting_id: spaceOf(event.subject),
    host_key: null,
    title: null,
    ...(owner_subscription === undefined ? {} : { owner_subscription }),
  };
}

/** What Google tells whoever is invited; all else it tells the owner of the space only. */
const isForEverybody = ({ type }: WorkspaceEvent): boolean =>
  [`${MEET}conference.v2.started`, `${MEET}transcript.v2.fileGenerated`].includes(type);

const conference = (event: WorkspaceEvent) =>
  instanceOf(resourceOf(event, "conferenceRecord", "conference_record"), event);

const meetingStarted: Read = (event) => ({
  ...told("meeting_started", event),
  instance: conference(event),
  started_at: event.occurredAt,
});

const meetingEnded: Read = (event) => ({
  ...told("meeting_ended", event),
  instance: conference(event),
  started_at: null,
  ended_at: event.occurredAt,
});

/** Who it was is not in the event: a task asks for it. */
function participantSeen(kind: ParticipantSeen["kind"], event: WorkspaceEvent): ParticipantSeen {
  const session = resourceOf(event, "participantSession", "participant_session");
  const isJoin = kind === "participant_joined";
  return {
    ...told(kind, event),
    instance: instanceOf(session, event),
    started_at: null,
    session: {
      key: session.name,
      name: null,
      email: null,
      provider_user_id: null,
      handle: null,
      registrant_key: null,
      customer_key: null,
      joined_at: isJoin ? event.occurredAt : null,
      left_at: isJoin ? null : event.occurredAt,
    },
  };
}

function recordingChanged(kind: RecordingChanged["kind"], event: WorkspaceEvent): RecordingChanged {
  const isStart = kind === "recording_started";
  return {
    ...told(kind, event),
    instance: instanceOf(resourceOf(event, "recording", "recording"), event),
    segment: {
      started_at: isStart ? event.occurredAt : null,
      ended_at: isStart ? null : event.occurredAt,
    },
  };
}

function fileGenerated(
  kind: RecordingFilesChanged["kind"],
  resource: ResourceName,
  event: WorkspaceEvent,
): RecordingFilesChanged {
  const isTranscript = kind === "recording_transcript_completed";
  return {
    ...told(kind, event),
    instance: instanceOf(resource, event),
    files: [
      {
        key: resource.name,
        file_type: isTranscript ? "TRANSCRIPT" : "MP4",
        recording_type: isTranscript ? "transcript" : "recording",
        started_at: null,
        ended_at: null,
        size_bytes: null,
        state: "FILE_GENERATED",
      },
    ],
  };
}

const Subscription = z.object({
  subscription: z.object({
    name: z.string().regex(/^subscriptions\/[^/\s]{1,255}$/),
    suspension_reason: text,
    suspensionReason: text,
    expire_time: planned,
    expireTime: planned,
  }),
});

const subscriptionChanged =
  (kind: MeetingSubscriptionChanged["kind"]): Read =>
  (event) => {
    const { subscription } = Subscription.parse(event.data);
    return {
      ...told(kind, event),
      subscription: subscription.name,
      expires_at: subscription.expire_time ?? subscription.expireTime,
      reason: subscription.suspension_reason ?? subscription.suspensionReason,
    };
  };

const LIFECYCLE = "google.workspace.events.subscription.v1.";

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  [`${MEET}conference.v2.started`, meetingStarted],
  [`${MEET}conference.v2.ended`, meetingEnded],
  [`${MEET}participant.v2.joined`, (event) => participantSeen("participant_joined", event)],
  [`${MEET}participant.v2.left`, (event) => participantSeen("participant_left", event)],
  [`${MEET}recording.v2.started`, (event) => recordingChanged("recording_started", event)],
  [`${MEET}recording.v2.ended`, (event) => recordingChanged("recording_stopped", event)],
  [
    `${MEET}recording.v2.fileGenerated`,
    (event) =>
      fileGenerated("recording_completed", resourceOf(event, "recording", "recording"), event),
  ],
  [
    `${MEET}transcript.v2.fileGenerated`,
    (event) =>
      fileGenerated(
        "recording_transcript_completed",
        resourceOf(event, "transcript", "transcript"),
        event,
      ),
  ],
  [`${LIFECYCLE}suspended`, subscriptionChanged("meeting_subscription_suspended")],
  [`${LIFECYCLE}expirationReminder`, subscriptionChanged("meeting_subscription_expiring")],
  [`${LIFECYCLE}expired`, subscriptionChanged("meeting_subscription_expired")],
]);

/**
 * Our event of a Workspace event. Starts and ends of transcripts, smart notes, events of other
 * products and messages without data are informational: no rows by rule.
 * @throws z.ZodError when an event lacks the resource that its type is about
 */
export function normalizeGoogleMeetEvent(event: WorkspaceEvent): MeetingEvent {
  const read = readers.get(event.type);
  if (read && event.data !== null) return read(event);
  return {
    ...told("meeting_informational", event),
    notice: event.type.slice(0, 200),
    meeting_id: null,
  };
}
