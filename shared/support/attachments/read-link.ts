import { refusal } from "../../core/errors.ts";
import { call } from "../../db/call.ts";
import { userRoute } from "../../http/with-user.ts";
import { supportRefusal } from "../errors.ts";
import { signLinks } from "./sign-links.ts";

/** Who may read a file is RLS's to say. */
export const readLink = userRoute("GET /attachment-upload/:id", {
  summary: "A link to a file that expires soon",
  description:
    "For readers of its ticket: public files of the caller's own tickets, all files for staff.",
  answers: { 200: "FileLink" },
  refuses: ["attachment_pending"],
  handle: async ({ db, service, params }) => {
    const file = await call(() =>
      db
        .from("ticket_attachments")
        .select("path, file_name, content_type, state")
        .eq("id", params.id)
        .maybeSingle(),
    );
    if (file.state === "pending") throw supportRefusal("attachment_pending");
    if (file.state !== "ready") throw refusal("not_found");
    return (await signLinks(service(), [file])).get(file.path) ?? refusal("not_found");
  },
});
