import { withUser } from "../../../shared/http/with-user.ts";
import { downloadCalls } from "../../../shared/voice/analytics/calls-csv.ts";
import { DashboardQuery, readDashboard } from "../../../shared/voice/analytics/dashboard.ts";
import { CallFilter, CallsQuery, listCalls } from "../../../shared/voice/analytics/list-calls.ts";
import { readCall } from "../../../shared/voice/analytics/read-call.ts";
import { openRecording } from "../../../shared/voice/analytics/recording.ts";

/** Answers how the caller's calls went; see docs/api/analytics.md. */
export default {
  fetch: withUser({
    "GET /dashboard": async ({ db, query }) => readDashboard(db, await query(DashboardQuery)),
    "GET /calls": async ({ db, query }) => listCalls(db, await query(CallsQuery)),
    "GET /calls.csv": async ({ db, query }) => downloadCalls(db, await query(CallFilter)),
    "GET /calls/:id": ({ db, params }) => readCall(db, params.uuid("id")),
    "GET /calls/:id/recording": ({ db, params }) => openRecording(db, params.uuid("id")),
  }),
};
