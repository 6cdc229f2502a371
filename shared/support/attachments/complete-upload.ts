import { refusal } from "../../core/errors.ts";
import { call } from "../../db/call.ts";
import type { UserContext } from "../../http/with-user.ts";
import { supportRefusal } from "../errors.ts";
import { bucketOf, inboxPath } from "./bucket.ts";
import { type ReadyAttachment, readyAttachment, rejectedAttachment, settle } from "./settle.ts";
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
function answerSettled(file: OwnFile): ReadyAttachment | null {
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

/**
 * The second step: takes what was uploaded out of the inbox while it is inspected and makes it readable, or rejects it. Twice is once; only the uploader
 * can, all others find nothing.
 * @throws ApiError `attachment_not_uploaded` 409, and those of `settle`
 */
export async function completeUpload(context: UserContext, id: string): Promise<ReadyAttachment> {
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
}
