import { z } from "zod";
import { id, requiredId, text, time } from "../fields.ts";

/** What every Zoom event has; the time, in epoch milliseconds, may be missing from meeting.deleted. */
export const ZoomEnvelope = z.object({
  event: z.string().min(1).max(200),
  event_ts: time,
  payload: z.record(z.string(), z.unknown()).catch({}),
});
export type ZoomEnvelope = z.infer<typeof ZoomEnvelope>;

/** A Zoom event with its time settled: its own, or else when it was received. */
export interface ZoomEvent {
  readonly type: string;
  /** ISO 8601 in UTC. */
  readonly occurredAt: string;
  readonly payload: ZoomEnvelope["payload"];
}

/** The meeting object of events about one run of a meeting. */
export const InstanceObject = z.object({
  uuid: requiredId,
  id,
  host_id: id,
  host_email: text,
  topic: text,
});

/** The instance in our words. */
export function instanceOf(object: z.infer<typeof InstanceObject>) {
  return {
    key: object.uuid,
    meeting_id: object.id,
    host_key: object.host_id,
    title: object.topic,
    ...(object.host_email === null ? {} : { host_email: object.host_email.toLowerCase() }),
  };
}
