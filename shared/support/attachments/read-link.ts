import { refusal } from "../../core/errors.ts";
import { call } from "../../db/call.ts";
import type { UserContext } from "../../http/with-user.ts";
import { supportRefusal } from "../errors.ts";
import { type FileLink, signLinks } from "./sign-links.ts";

/**
 * A short-lived link to a file that the caller may read: public files of their own tickets, all files for staff.
 * @throws ApiError `not_found` 404, `attachment_pending` 409 for one of the caller's own that is not complete
 */
export async function readLink({ db, service }: UserContext, id: string): Promise<FileLink> {
  const file = await call(() =>
    db
      .from("ticket_attachments")
      .select("path, file_name, content_type, state")
      .eq("id", id)
      .maybeSingle(),
  );
  if (file.state === "pending") throw supportRefusal("attachment_pending");
  if (file.state !== "ready") throw refusal("not_found");
  const link = (await signLinks(service(), [file])).get(file.path);
  if (link === undefined) throw refusal("not_found");
  return link;
}
