import { z } from "zod";
import { count, id, planned, requiredId, text, time } from "../fields.ts";
import type { MeetingCreated, MeetingDeleted, MeetingUpdated } from "../meeting-event.ts";
import type { ZoomEvent } from "./envelope.ts";

const PlanObject = z.object({
  id: requiredId,
  host_id: id,
  topic: text,
  start_time: planned,
  duration: count,
});

const Created = z.object({ operator: text, operator_id: id, object: PlanObject });

const Updated = z.object({
  scope: text,
  time_stamp: time,
  object: PlanObject,
  old_object: PlanObject.pick({ start_time: true }).nullish().catch(null),
});

const Deleted = z.object({
  operation: text,
  object: PlanObject.pick({ id: true }).extend({
    occurrences: z
      .array(z.object({ start_time: planned }))
      .nullish()
      .catch(null),
  }),
});

/** `meeting.created`. The uuid in it is not that of a later run, and the join link stays out. */
export function meetingCreated({ payload, occurredAt }: ZoomEvent): MeetingCreated {
  const { operator, operator_id, object } = Created.parse(payload);
  const isByHost = operator_id !== null && operator_id === object.host_id;
  return {
    kind: "meeting_created",
    provider: "zoom",
    occurred_at: occurredAt,
    meeting_id: object.id,
    changed_at: occurredAt,
    host_key: object.host_id,
    host_email: isByHost ? (operator?.toLowerCase() ?? null) : null,
    title: object.topic,
    scheduled_start: object.start_time,
    duration_minutes: object.duration,
  };
}

/** `meeting.updated`: only what changed is in it. */
export function meetingUpdated({ payload, occurredAt }: ZoomEvent): MeetingUpdated {
  const { scope, time_stamp, object, old_object } = Updated.parse(payload);
  return {
    kind: "meeting_updated",
    provider: "zoom",
    occurred_at: occurredAt,
    meeting_id: object.id,
    changed_at: time_stamp ?? occurredAt,
    previous_start: old_object?.start_time ?? null,
    is_for_all: scope === "all",
    changes: {
      ...(object.topic === null ? {} : { title: object.topic }),
      ...(object.start_time === null ? {} : { scheduled_start: object.start_time }),
      ...(object.duration === null ? {} : { duration_minutes: object.duration }),
    },
  };
}

function deletion(
  kind: MeetingDeleted["kind"],
  { payload, occurredAt }: ZoomEvent,
): MeetingDeleted {
  const { operation, object } = Deleted.parse(payload);
  const starts = (object.occurrences ?? []).flatMap(({ start_time }) => start_time ?? []);
  return {
    kind,
    provider: "zoom",
    occurred_at: occurredAt,
    meeting_id: object.id,
    changed_at: occurredAt,
    occurrences: operation === "all" || starts.length === 0 ? null : starts,
  };
}

export const meetingDeleted = (event: ZoomEvent) => deletion("meeting_deleted", event);
export const meetingRecovered = (event: ZoomEvent) => deletion("meeting_recovered", event);
