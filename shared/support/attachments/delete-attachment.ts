import { rpc } from "../../db/call.ts";
import type { UserContext } from "../../http/with-user.ts";
import { removeObjects } from "./bucket.ts";

/**
 * Takes a file back. The database decides whether the caller may, and sees to the object even if Storage is away.
 * @throws ApiError `not_found` 404, `forbidden` 403, `ticket_closed` 409
 */
export async function deleteAttachment({ db, service }: UserContext, id: string): Promise<void> {
  const path = await rpc(db, "delete_attachment", { p_attachment_id: id });
  await removeObjects(service(), path);
}
