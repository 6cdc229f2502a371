import { Webhook } from "standardwebhooks";
import type { Delivery } from "./due.ts";

/** A delivery as it is sent. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * An event as Standard Webhooks says, signed with every secret that is valid: the body has the time of the event, the
 * header that of this try.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function messageOf(delivery: Delivery, secrets: readonly string[], now: Date): Message {
  const id = `msg_${delivery.event_id.replaceAll("-", "")}`;
  const body = JSON.stringify({
    type: delivery.kind,
    timestamp: new Date(delivery.occurred_at).toISOString(),
    version: delivery.version,
    data: delivery.data,
  });
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "Switchboard-Webhooks/1",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": secrets
        .map((secret) => new Webhook(secret).sign(id, now, body))
        .join(" "),
    },
    body,
  };
}
