import { call } from "../db/call.ts";
import { userRoute } from "../http/with-user.ts";

/** The caller's limits, as they are. */
export const readLimits = userRoute("GET /user-limits", {
  summary: "What the caller may use, has used and has left",
  answers: { 200: "UserLimits" },
  rpcs: ["user_limits_overview"],
  handle: ({ db }) => call(() => db.rpc("user_limits_overview")),
});
