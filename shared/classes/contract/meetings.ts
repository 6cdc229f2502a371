import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";

const time = z.iso.datetime({ offset: true });

/** A meeting that belongs to no class. */
export const UnboundMeeting = z
  .object({
    kind: z
      .enum(["instance", "announced", "shared"])
      .describe(
        "instance: it ran outside the time of every class; announced: it was created at the provider; shared: it ran on into a class that has no meeting of its own.",
      ),
    provider: z.enum(Constants.public.Enums.meeting_provider),
    meeting_id: z
      .string()
      .describe("The provider's: what the class that takes the meeting has for its `meeting_id`."),
    instance_id: z
      .uuid()
      .nullable()
      .describe("The meeting as it ran; null for one that is announced."),
    title: z.string().nullable().describe("The provider's."),
    starts_at: time
      .nullable()
      .describe("When it began, or is planned; null where the provider told no time."),
    ended_at: time.nullable().describe("Null while it runs, and for one that is announced."),
    duration_minutes: z.int().nullable().describe("As planned; null for one that ran."),
    participants: z
      .int()
      .min(0)
      .describe("Sessions; of a shared one those that went on into the class."),
    class_ids: z
      .array(z.uuid())
      .describe(
        "instance: classes of that number and time, whose hosts have not shown that it is theirs, for admins only; shared: the class without a meeting.",
      ),
  })
  .describe("A meeting that belongs to no class.");
