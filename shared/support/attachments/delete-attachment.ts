import { rpc } from "../../db/call.ts";
import { userRoute } from "../../http/with-user.ts";
import { removeObjects } from "./bucket.ts";

/** The database decides whether the caller may, and sees to the object even if Storage is away. */
export const deleteAttachment = userRoute("DELETE /attachment-upload/:id", {
  summary: "Take a file back",
  description: "For the uploader, as long as the ticket is open, and for admins.",
  answers: { 204: null },
  rpcs: ["delete_attachment"],
  handle: async ({ db, service, params }) => {
    const path = await rpc(db, "delete_attachment", { p_attachment_id: params.id });
    await removeObjects(service(), path);
    return undefined;
  },
});
