import { readLimits } from "../../../shared/accounts/read-limits.ts";
import { HistoryQuery, usageHistory } from "../../../shared/accounts/usage-history.ts";
import { withUser } from "../../../shared/http/with-user.ts";

/** What the caller may use, has used and what changed it; see docs/api/user-limits.md. */
export default {
  fetch: withUser({
    GET: ({ db }) => readLimits(db),
    "GET /history": async ({ db, query }) => usageHistory(db, await query(HistoryQuery)),
  }),
};
