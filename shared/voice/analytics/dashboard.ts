import { z } from "zod";
import type { Db } from "../../core/db.ts";
import { call } from "../../db/call.ts";
import { text, uuid } from "../../http/query.ts";

/** The query of `GET /analytics/dashboard`. */
export const DashboardQuery = z.strictObject({
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  tz: text(100).optional(),
  assistant_id: uuid.optional(),
  interval: z.enum(["day", "hour"]).default("day"),
});

/**
 * The caller's dashboard, in one round trip. The fields are those of `public.analytics_dashboard`.
 * @throws ApiError 422 for an unknown zone, a range that ends before it starts or has more than 366 days
 */
export function readDashboard(db: Db, query: z.output<typeof DashboardQuery>) {
  const { from, to, tz, assistant_id, interval } = query;
  return call(() =>
    db.rpc("analytics_dashboard", {
      ...(from === undefined ? {} : { p_from: from }),
      ...(to === undefined ? {} : { p_to: to }),
      ...(tz === undefined ? {} : { p_tz: tz }),
      ...(assistant_id === undefined ? {} : { p_assistant_id: assistant_id }),
      p_interval: interval,
    }),
  );
}
