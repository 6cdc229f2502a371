import type { Db } from "../../core/db.ts";
import { call } from "../../db/call.ts";
import type { Query } from "../../http/query.ts";

/**
 * The caller's dashboard, in one round trip: `?from&to&tz&assistant_id&interval=day|hour`. The fields are those of
 * `public.analytics_dashboard`.
 * @throws ApiError 422 for a bad parameter, an unknown zone, a range that ends before it starts or has more than 366 days
 */
export function readDashboard(db: Db, query: Query) {
  query.only("from", "to", "tz", "assistant_id", "interval");
  const from = query.optional.date("from");
  const to = query.optional.date("to");
  const zone = query.optional.text("tz", 100);
  const assistantId = query.optional.uuid("assistant_id");
  return call(() =>
    db.rpc("analytics_dashboard", {
      ...(from === undefined ? {} : { p_from: from }),
      ...(to === undefined ? {} : { p_to: to }),
      ...(zone === undefined ? {} : { p_tz: zone }),
      ...(assistantId === undefined ? {} : { p_assistant_id: assistantId }),
      p_interval: query.oneOf("interval", ["day", "hour"], "day"),
    }),
  );
}
