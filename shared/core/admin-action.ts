import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";

/** An entry of the audit log, of what admins and the secret key did, as several domains show it. */
export const AdminAction = z
  .object({
    id: z.guid().describe("The entry."),
    action: z.string().describe("What was done, such as replay_event; more may come."),
    actor_kind: z
      .enum(Constants.public.Enums.actor_kind)
      .describe("Who did it: staff, service (the secret key), system."),
    actor_id: z.guid().nullable().describe("The admin; null for the secret key and SQL."),
    subject_id: z.guid().nullable().describe("The event, task or account that it was about."),
    details: z.record(z.string(), z.unknown()).describe("What was changed, by the action."),
    created_at: z.iso.datetime({ offset: true }).describe("When."),
  })
  .describe("What an admin or the secret key did.");
