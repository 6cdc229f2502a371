import { z } from "zod";

/** An entry of a person's timeline. */
export const TimelineEntry = z
  .object({
    kind: z
      .string()
      .describe("calls, classes, tickets, surveys, files, limits or plan; further ones may come."),
    happened_at: z.iso
      .datetime({ offset: true })
      .describe("To the microsecond. Of a class the time for which it is planned."),
    id: z
      .string()
      .describe("Of the row; with `kind` and a space before it the next page's cursor."),
    data: z.record(z.string(), z.unknown()).describe("What there is to show, by kind."),
  })
  .describe("Something that happened to the caller.");
