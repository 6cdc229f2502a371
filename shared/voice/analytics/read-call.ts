import type { Db } from "../../core/db.ts";
import { refusal } from "../../core/errors.ts";
import { rpc } from "../../db/call.ts";

/**
 * One of the caller's calls with all that was said. The provider's recording address stays inside: a link is fetched at the request.
 * @throws ApiError 404 for a call that is not the caller's
 */
export async function readCall(db: Db, id: string) {
  const found = await rpc(db, "read_call", { p_call_id: id });
  if (found === null) throw refusal("not_found");
  return found;
}
