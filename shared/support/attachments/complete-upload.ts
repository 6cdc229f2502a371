import { refusal } from "../../core/errors.ts";
import { call } from "../../db/call.ts";
import type { Schemas } from "../../http/route.ts";
import { type UserContext, userRoute } from "../../http/with-user.ts";
import { supportRefusal } from "../errors.ts";
import { bucketOf, inboxPath } from "./bucket.ts";
import { readyAttachment, rejectedAttachment, settle } from "./settle.ts";
import { storageStatus, storageUnavailable } from "./storage-failure.ts";
import { type DeclaredFile, type Stored, storeInspected } from "./store.ts";

const COLUMNS = "id, path, file_name, content_type, size_bytes, sha256, state, rejection_reason";

/** The caller's own file; to whoever did not upload it, there is none. */
function findOwn({ db, user }: UserContext, id: string) {
  return call(() =>
    db
      .from("ticket_attachments")
      .select(COLUMNS)
      .eq("id", id)
      .eq("uploaded_by", user.id)
      .maybeSingle(),
  );
}

type OwnFile = Awaited<ReturnType<typeof findOwn>>;

/** The answer for a file that is settled already; null for one that is pending. */
function answerSettled(file: OwnFile): Schemas["Attachment"] | null {
  if (file.state === "pending") return null;
  if (file.state === "ready" && file.sha256) return readyAttachment(file, file.sha256);
  throw file.state === "rejected"
    ? rejectedAttachment(file.rejection_reason ?? "")
    : refusal("not_found");
}

async function storeUploaded({ service }: UserContext, file: DeclaredFile): Promise<Stored> {
  const { data, error } = await bucketOf(service()).download(inboxPath(file.path)).asStream();
  if (error) {
    const isMissing = storageStatus(error) === "404";
    throw isMissing ? supportRefusal("attachment_not_uploaded") : storageUnavailable(error);
  }
  return await storeInspected(service(), file, data);
}

/** Takes what was uploaded out of the inbox while it is inspected, and makes it readable or rejects it. */
export const completeUpload = userRoute("POST /attachment-upload/:id/complete", {
  summary: "The second of two steps: have the uploaded file inspected",
  description:
    "For the uploader alone; all others find nothing. Completing twice is completing once.",
  answers: { 200: "Attachment" },
  refuses: ["attachment_not_uploaded", "attachment_rejected", "ticket_closed"],
  handle: async (context) => {
    const { id } = context.params;
    const file = await findOwn(context, id);
    const known = answerSettled(file);
    if (known) return known;
    let stored: Stored;
    try {
      stored = await storeUploaded(context, file);
    } catch (error) {
      // Another completion may have settled it, and with that taken away what this one was reading.
      const outcome = answerSettled(await findOwn(context, id));
      if (outcome) return outcome;
      throw error;
    }
    return await settle(context.service(), context.user.id, file, stored);
  },
});
