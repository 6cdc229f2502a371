import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import type { Rpcs } from "../../core/contract.ts";

const { message_channel } = Constants.public.Enums;

/** A kind of notification by channel, as set_notification_preference and notification_settings answer. */
export const NotificationSetting = z
  .object({
    kind: z.string().describe("What is told, such as ticket_reply; more may come."),
    channel: z.enum(message_channel).describe("How it leaves the product."),
    is_enabled: z.boolean().describe("Whether it reaches the caller so."),
    is_required: z.boolean().describe("Whether it has to be told: then it cannot be turned off."),
  })
  .describe("Whether a kind of notification reaches the caller over a channel.");

/** What a client may call of notifications. */
export const notificationRpcs: Rpcs = {
  notification_settings: {
    summary: "Lists the kinds of notifications, and which reach the caller",
    answer: z.array(NotificationSetting),
  },
  set_notification_preference: {
    summary: "Turns a kind of notification on or off for the caller",
    description:
      "Over one channel; in the product a notification is always shown. It takes effect for what is queued.",
    args: {
      p_kind: "The kind, as notification_settings lists it.",
      p_channel: "How it leaves the product.",
      p_is_enabled: "Whether it is to reach the caller so.",
    },
    answer: NotificationSetting,
    refuses: ["unknown_notification_kind", "notification_required", "invalid_input"],
  },
};
