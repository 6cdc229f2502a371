import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import { time } from "./files.ts";

const { Enums } = Constants.public;

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();
const averageOf = z.number().min(1).max(5);

/** The rating of a resolution. */
export const Survey = z
  .object({
    id: z.uuid(),
    ticket_id: z.uuid(),
    resolution_cycle: z.int().min(1).describe("The resolution that was rated, counted from 1."),
    agent_id: z
      .uuid()
      .nullable()
      .describe("Who was assigned then; null for nobody, and once their account is gone."),
    rating: z.int().min(1).max(5).nullable(),
    satisfaction: z.enum(Enums.survey_satisfaction).nullable(),
    feedback: z.string().nullable(),
    created_at: time,
    updated_at: time,
    editable_until: time.describe("Until when the customer can change it: 15 minutes."),
  })
  .describe("How a customer rated a resolution: by a rating, a satisfaction, or both.");

/** The ratings of a ticket. */
export const TicketSurvey = z
  .object({
    ticket_id: z.uuid(),
    status: z.enum(Enums.ticket_status),
    resolution_cycle: z.int().min(1),
    survey_completed: z.boolean().describe("Whether the current resolution was rated."),
    is_open: z.boolean().describe("Whether the caller can rate the current resolution now."),
    open_until: time
      .nullable()
      .describe("28 days after the current resolution; null while there is none."),
    surveys: z.array(Survey).describe("The newest resolution first."),
  })
  .describe("The ratings of a ticket, and whether the current resolution can be rated.");

const Durations = z.object({
  count: count.describe("Tickets that the times are of."),
  median_seconds: z.int().min(0).nullable().describe("Running seconds; null without tickets."),
  p90_seconds: z.int().min(0).nullable().describe("Running seconds; null without tickets."),
});

const Kept = z.object({
  met: count,
  breached: count,
  at_risk: count.describe("Not done yet, with 75 % of the time gone."),
  kept_share: share.describe("`met` of `met` and `breached`, 0 to 1; null when both are 0."),
});

const ratings = {
  responses: count,
  average: averageOf.describe("1 to 5; a satisfaction counts as 1 to 5 where there is no rating."),
  satisfied_share: z.number().min(0).max(1).describe("The part that is 4 or more, 0 to 1."),
};

/** What `support_stats` answers. */
export const SupportStats = z
  .object({
    range: z.object({ from: time, to: time.describe("Not included.") }),
    volumes: z.object({
      created: count,
      resolved: count,
      closed: count,
      reopened: count,
      by_status: z
        .partialRecord(z.enum(Enums.ticket_status), count)
        .describe("Tickets created in the range, by the status that they have now."),
      by_category: z.partialRecord(z.enum(Enums.ticket_category), count),
      by_priority: z.partialRecord(z.enum(Enums.ticket_priority), count),
    }),
    first_response: Durations.describe("Of tickets created in the range that staff answered."),
    resolution: Durations.describe("Of tickets created in the range that are resolved or closed."),
    sla: z
      .object({ first_response: Kept, resolution: Kept })
      .describe("Of tickets created in the range."),
    csat: z
      .object({
        ...ratings,
        average: ratings.average.nullable(),
        satisfied_share: share.describe("The part that is 4 or more, 0 to 1; null without any."),
        by_agent: z
          .array(
            z.object({
              agent_id: z.uuid().nullable().describe("Null for tickets that nobody was assigned."),
              full_name: z.string().nullable(),
              ...ratings,
            }),
          )
          .describe("The most responses first."),
        by_category: z.array(z.object({ category: z.enum(Enums.ticket_category), ...ratings })),
      })
      .describe("Of ratings given in the range."),
  })
  .describe("The figures of the support desk over a time.");
