import { Buffer } from "node:buffer";
import { z } from "zod";
import { type JsonValue, parseJson } from "../../core/json.ts";
import { time } from "../fields.ts";

const text = z.string().nullish().catch(null);

const Push = z.object({
  message: z.object({
    attributes: z.record(z.string(), z.unknown()).catch({}),
    data: text,
    publishTime: text,
    publish_time: text,
  }),
});

const Attributes = z.object({
  "ce-id": z.string().min(1),
  "ce-source": z.string().min(1),
  "ce-type": z.string().min(1),
  "ce-subject": text,
  "ce-time": time,
});

/** An event of Google Workspace as Pub/Sub pushes it: CloudEvent attributes around a resource's name. */
export interface WorkspaceEvent {
  /** The same however often the event is published or pushed. */
  readonly dedupeKey: string;
  /** Such as `google.workspace.meet.conference.v2.started`. */
  readonly type: string;
  /** When it happened, ISO 8601 in UTC: `ce-time`, else when it was published. */
  readonly occurredAt: string;
  /** What is subscribed to, such as `//meet.googleapis.com/spaces/x`. */
  readonly subject: string | null;
  /** Which subscription told it, such as `//workspaceevents.googleapis.com/subscriptions/x`. */
  readonly source: string;
  /** Null when the message has attributes only, undefined when its data is no JSON. */
  readonly data: JsonValue | undefined;
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function readData(data: string | null | undefined): JsonValue | undefined {
  const given = data?.trim() ?? "";
  if (given === "") return null;
  if (!BASE64.test(given)) return undefined;
  return parseJson(Buffer.from(given, "base64").toString("utf8"));
}

/**
 * Reads the body of a push; undefined when it carries no event of Workspace.
 * @see https://developers.google.com/workspace/events
 * @see https://cloud.google.com/pubsub/docs/push#receive_push
 */
export function readPush(
  body: JsonValue | undefined,
  receivedAt: Date,
): WorkspaceEvent | undefined {
  const push = Push.safeParse(body);
  if (!push.success) return undefined;
  const { message } = push.data;
  const attributes = Attributes.safeParse(message.attributes);
  if (!attributes.success) return undefined;
  const { data: event } = attributes;
  const published = time.parse(message.publishTime ?? message.publish_time);
  return {
    dedupeKey: `${event["ce-source"]}|${event["ce-id"]}`,
    type: event["ce-type"],
    occurredAt: event["ce-time"] ?? published ?? receivedAt.toISOString(),
    subject: event["ce-subject"] ?? null,
    source: event["ce-source"],
    data: readData(message.data),
  };
}
