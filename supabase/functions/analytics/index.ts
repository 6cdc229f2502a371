import { withUser } from "../../../shared/http/with-user.ts";
import { downloadCalls } from "../../../shared/voice/analytics/calls-csv.ts";
import { readDashboard } from "../../../shared/voice/analytics/dashboard.ts";
import { listCalls } from "../../../shared/voice/analytics/list-calls.ts";
import { readCall } from "../../../shared/voice/analytics/read-call.ts";
import { openRecording } from "../../../shared/voice/analytics/recording.ts";

/** Answers how the caller's calls went; see docs/api/analytics.md. */
export default withUser([readDashboard, listCalls, downloadCalls, readCall, openRecording]);
