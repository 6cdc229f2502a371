import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import type { Rpcs } from "../../core/contract.ts";

const Time = z.iso.datetime({ offset: true });

const fields = {
  id: z.uuid(),
  url: z.string(),
  kinds: z.array(z.string()).describe("The kinds of events that it asks for."),
  state: z.enum(Constants.public.Enums.webhook_endpoint_state),
  disabled_reason: z
    .enum(["gone", "failing"])
    .nullable()
    .describe("gone: it answered 410; failing: nothing was delivered for five days."),
  failing_since: Time.nullable().describe("The first failure since the last success."),
  consecutive_failures: z.int().min(0),
  retry_at: Time.nullable().describe("Nothing is sent before."),
  last_success_at: Time.nullable(),
  created_at: Time,
  updated_at: Time,
};

/** A row of webhook_endpoints as its owner reads it. */
export const WebhookEndpoint = z.object(fields).describe("An address that is told of events.");

/** What create_webhook_endpoint answers. */
export const NewWebhookEndpoint = z
  .object({
    ...fields,
    secret: z.string().describe("`whsec_…`, with which deliveries are verified. Shown this once."),
  })
  .describe("An endpoint that was just added.");

/** What rotate_webhook_secret answers. */
export const RotatedWebhookSecret = z
  .object({
    secret: z.string().describe("The new secret. Shown this once."),
    previous_expires_at: Time.describe("Until when the secret before signs as well."),
  })
  .describe("The new secret of an endpoint.");

const barred = ["account_not_found", "account_suspended", "account_closing"] as const;
const endpoint = { p_endpoint_id: "An endpoint of the caller's." };

/** What a client may call of webhooks. */
export const webhookRpcs: Rpcs = {
  create_webhook_endpoint: {
    summary: "Adds a webhook endpoint",
    description:
      "An account has at most 10. The secret in the answer cannot be read again, only replaced.",
    args: {
      p_url: "https, a public name, port 443 or 8443, at most 2,048 characters.",
      p_kinds: "Kinds of the table `webhook_kinds`, 1 to 100.",
    },
    answer: NewWebhookEndpoint,
    refuses: [
      ...barred,
      "invalid_webhook_url",
      "unknown_webhook_kind",
      "too_many_webhook_endpoints",
    ],
  },
  update_webhook_endpoint: {
    summary: "Changes, pauses or starts a webhook endpoint",
    description: "What happens while an endpoint is paused or disabled waits up to 30 days for it.",
    args: {
      ...endpoint,
      p_url: "Another address.",
      p_kinds: "Other kinds; what was recorded before stays.",
      p_is_paused:
        "true pauses; false starts again, also one that was disabled, and sends what waited.",
    },
    answer: WebhookEndpoint,
    refuses: [
      ...barred,
      "webhook_endpoint_not_found",
      "invalid_webhook_url",
      "unknown_webhook_kind",
    ],
  },
  delete_webhook_endpoint: {
    summary: "Deletes a webhook endpoint",
    description: "With its secrets and deliveries.",
    args: endpoint,
    refuses: [...barred, "webhook_endpoint_not_found"],
  },
  rotate_webhook_secret: {
    summary: "Replaces the secret of a webhook endpoint",
    description: "For 24 hours deliveries carry signatures of both.",
    args: endpoint,
    answer: RotatedWebhookSecret,
    refuses: [...barred, "webhook_endpoint_not_found"],
  },
  send_test_webhook: {
    summary: "Sends a test event to a webhook endpoint",
    description:
      "An `endpoint.test`, within a minute. Answers the delivery's id. Tests, redeliveries and replays are 60 an hour together.",
    args: endpoint,
    refuses: [
      ...barred,
      "webhook_endpoint_not_found",
      "webhook_endpoint_not_active",
      "rate_limited",
    ],
  },
  redeliver_webhook: {
    summary: "Sends a delivery again",
    description: "Whatever became of it, under the same event id.",
    args: { p_delivery_id: "A delivery to an endpoint of the caller's." },
    refuses: [...barred, "webhook_delivery_not_found", "rate_limited"],
  },
  replay_webhooks: {
    summary: "Sends the events of a range again",
    description:
      "Those that were given up, or with `p_is_delivered_too` those that were delivered as well. Answers how many, the oldest first and at most 1,000; while it answers 1,000 there may be more.",
    args: {
      ...endpoint,
      p_from: "The time of the first event.",
      p_to: "Before the time of the last; not included.",
      p_is_delivered_too: "Also what was delivered.",
    },
    refuses: [...barred, "webhook_endpoint_not_found", "rate_limited"],
  },
};
