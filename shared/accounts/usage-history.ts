import { z } from "zod";
import { call } from "../db/call.ts";
import { cursorOf, encodeCursor } from "../http/cursor.ts";
import { integer } from "../http/fields.ts";
import type { Schemas } from "../http/route.ts";
import { userRoute } from "../http/with-user.ts";

type Entry = Schemas["UsageLogEntry"];

const Position = z.tuple([z.int().positive()]);

/** What changed the caller's usage, newest first. */
export const readUsageHistory = userRoute("GET /user-limits/history", {
  summary: "A page of what changed the caller's usage, newest first",
  query: z.object({
    limit: integer(1, 100).default(50).describe("Entries on the page."),
    cursor: cursorOf(Position).optional().describe("The `next_cursor` of the page before."),
  }),
  answers: { 200: "UsageHistory" },
  handle: async ({ db, query: { limit, cursor } }) => {
    const before = cursor?.[0];
    const rows = await call(() => {
      const newest = db
        .from("usage_logs")
        .select(
          "id, action_type, resource_type, resource_id, assistant_count_change, call_time_change_seconds, attachment_bytes_change, actor_kind, details, created_at",
        )
        .order("id", { ascending: false })
        .limit(limit + 1);
      const page = before === undefined ? newest : newest.lt("id", before);
      return page.overrideTypes<Pick<Entry, "details">[]>();
    });
    const entries = rows.slice(0, limit);
    const last = entries.at(-1);
    const isMore = rows.length > limit && last !== undefined;
    return { entries, next_cursor: isMore ? encodeCursor([last.id]) : null };
  },
});
