import { z } from "zod";
import { id, text, time } from "../fields.ts";
import type { MeetingEnded, MeetingStarted, ParticipantSeen } from "../meeting-event.ts";
import { InstanceObject, instanceOf, type ZoomEvent } from "./envelope.ts";

const RunObject = InstanceObject.extend({ start_time: time, end_time: time });
const Run = z.object({ object: RunObject });

const Participant = z.object({
  participant_uuid: id,
  user_id: id,
  participant_user_id: id,
  id,
  user_name: text,
  email: text,
  registrant_id: id,
  customer_key: id,
  join_time: time,
  leave_time: time,
  date_time: time,
});
const Presence = z.object({ object: RunObject.extend({ participant: Participant }) });

/** `meeting.started` */
export function meetingStarted({ payload, occurredAt }: ZoomEvent): MeetingStarted {
  const { object } = Run.parse(payload);
  return {
    kind: "meeting_started",
    provider: "zoom",
    occurred_at: occurredAt,
    instance: instanceOf(object),
    started_at: object.start_time ?? occurredAt,
  };
}

/** `meeting.ended` */
export function meetingEnded({ payload, occurredAt }: ZoomEvent): MeetingEnded {
  const { object } = Run.parse(payload);
  return {
    kind: "meeting_ended",
    provider: "zoom",
    occurred_at: occurredAt,
    instance: instanceOf(object),
    started_at: object.start_time,
    ended_at: object.end_time ?? occurredAt,
  };
}

/**
 * `meeting.participant_joined` and `_left`. The session key is `participant_uuid`, which belongs to
 * one entry; `user_id`, which changes with every entry too, stands in where Zoom leaves it out.
 */
function participantSeen(
  kind: ParticipantSeen["kind"],
  { payload, occurredAt }: ZoomEvent,
): ParticipantSeen {
  const { object } = Presence.parse(payload);
  const { participant } = object;
  const isJoin = kind === "participant_joined";
  return {
    kind,
    provider: "zoom",
    occurred_at: occurredAt,
    instance: instanceOf(object),
    started_at: object.start_time,
    session: {
      key: z.string().parse(participant.participant_uuid ?? participant.user_id),
      handle: participant.user_id,
      name: participant.user_name,
      email: participant.email?.toLowerCase() ?? null,
      provider_user_id: participant.participant_user_id ?? participant.id,
      registrant_key: participant.registrant_id,
      customer_key: participant.customer_key,
      joined_at: isJoin ? (participant.join_time ?? participant.date_time ?? occurredAt) : null,
      left_at: isJoin ? null : (participant.leave_time ?? participant.date_time ?? occurredAt),
    },
  };
}

export const participantJoined = (event: ZoomEvent) => participantSeen("participant_joined", event);
export const participantLeft = (event: ZoomEvent) => participantSeen("participant_left", event);
