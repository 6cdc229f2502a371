import { z } from "zod";
import type { Db } from "../core/db.ts";
import { call } from "../db/call.ts";
import { cursorOf, encodeCursor } from "../http/cursor.ts";
import { integer } from "../http/query.ts";

const Position = z.tuple([z.int().positive()]);

/** A page of the usage log; the cursor is the `next_cursor` of the page before. */
export const HistoryQuery = z.object({
  limit: integer(1, 100).default(50),
  cursor: cursorOf(Position).optional(),
});

/**
 * What changed the caller's usage, newest first: `{entries, next_cursor}`, null on the last page.
 * @throws ApiError 422 for a cursor of something else
 */
export async function usageHistory(db: Db, { limit, cursor }: z.output<typeof HistoryQuery>) {
  const before = cursor?.[0];
  const rows = await call(() => {
    const newest = db
      .from("usage_logs")
      .select(
        "id, action_type, resource_type, resource_id, assistant_count_change, call_time_change_seconds, attachment_bytes_change, actor_kind, details, created_at",
      )
      .order("id", { ascending: false })
      .limit(limit + 1);
    return before === undefined ? newest : newest.lt("id", before);
  });
  const entries = rows.slice(0, limit);
  const last = entries.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { entries, next_cursor: isMore ? encodeCursor([last.id]) : null };
}
