import { withUser } from "../../../shared/http/with-user.ts";
import { downloadCalls } from "../../../shared/voice/analytics/calls-csv.ts";
import { readDashboard } from "../../../shared/voice/analytics/dashboard.ts";
import { listCalls } from "../../../shared/voice/analytics/list-calls.ts";
import { readCall } from "../../../shared/voice/analytics/read-call.ts";
import { openRecording } from "../../../shared/voice/analytics/recording.ts";

/** How the caller's calls went; see docs/api/analytics.md. */
export default {
  fetch: withUser({
    "GET /dashboard": ({ db, query }) => readDashboard(db, query),
    "GET /calls": ({ db, query }) => listCalls(db, query),
    "GET /calls.csv": ({ db, query }) => downloadCalls(db, query),
    "GET /calls/:id": ({ db, params }) => readCall(db, params.uuid("id")),
    "GET /calls/:id/recording": ({ db, params }) => openRecording(db, params.uuid("id")),
  }),
};
