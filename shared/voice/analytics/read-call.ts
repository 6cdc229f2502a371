import { refusal } from "../../core/errors.ts";
import { rpc } from "../../db/call.ts";
import { userRoute } from "../../http/with-user.ts";

/** One of the caller's calls. The provider's recording address stays inside: a link is fetched at the request. */
export const readCall = userRoute("GET /analytics/calls/:id", {
  summary: "One of the caller's calls, with all that was said",
  answers: { 200: "Call" },
  rpcs: ["read_call"],
  handle: async ({ db, params }) =>
    (await rpc(db, "read_call", { p_call_id: params.id })) ?? refusal("not_found"),
});
