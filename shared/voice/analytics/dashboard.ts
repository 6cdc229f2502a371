import { z } from "zod";
import { call } from "../../db/call.ts";
import { text, uuid } from "../../http/fields.ts";
import { userRoute } from "../../http/with-user.ts";

/** The caller's dashboard, in one round trip. */
export const readDashboard = userRoute("GET /analytics/dashboard", {
  summary: "How the caller's calls went, day by day",
  query: z.strictObject({
    from: z.iso
      .date()
      .optional()
      .describe("The first day; 29 days before the last one unless said."),
    to: z.iso
      .date()
      .optional()
      .describe("The last day; today unless said. A range has at most 366 days."),
    tz: text(100).optional().describe("An IANA time zone; the caller's own unless said."),
    assistant_id: uuid.optional().describe("Calls of this assistant alone."),
    interval: z
      .enum(["day", "hour"])
      .default("day")
      .describe("What a row of the series stands for."),
  }),
  answers: { 200: "Dashboard" },
  rpcs: ["analytics_dashboard"],
  handle: ({ db, query: { from, to, tz, assistant_id, interval } }) =>
    call(() =>
      db.rpc("analytics_dashboard", {
        ...(from === undefined ? {} : { p_from: from }),
        ...(to === undefined ? {} : { p_to: to }),
        ...(tz === undefined ? {} : { p_tz: tz }),
        ...(assistant_id === undefined ? {} : { p_assistant_id: assistant_id }),
        p_interval: interval,
      }),
    ),
});
