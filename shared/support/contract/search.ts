import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import { time } from "./files.ts";

const { Enums } = Constants.public;

/** A ticket that a search finds. */
export const FoundTicket = z
  .object({
    ticket_id: z.uuid(),
    ticket_number: z.string().describe("SB- and six digits or more."),
    subject: z.string(),
    status: z.enum(Enums.ticket_status),
    priority: z.enum(Enums.ticket_priority),
    category: z.enum(Enums.ticket_category),
    created_at: time.describe("When the ticket was opened."),
    entry_id: z
      .uuid()
      .nullable()
      .describe("The message or reply that fits best; null: the ticket's own words."),
    is_internal: z.boolean().describe("Whether that entry is a note among staff."),
    written_at: time.describe("When that entry was written."),
    rank: z.number().min(0).describe("How well it fits; higher is better, and only to compare."),
    excerpt: z.string().describe("The place in the entry, 10 to 30 words."),
  })
  .describe("A ticket that holds the words, with its best place.");
