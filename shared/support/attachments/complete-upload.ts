import { call } from "../../db/call.ts";
import { refusal } from "../../http/errors.ts";
import type { UserContext } from "../../http/with-user.ts";
import { bucketOf } from "./bucket.ts";
import { type ReadyAttachment, readyAttachment, rejectedAttachment, settle } from "./settle.ts";
import { storageStatus, storageUnavailable } from "./storage-failure.ts";
import { storeInspected } from "./store.ts";

const COLUMNS = "id, path, file_name, content_type, size_bytes, sha256, state, rejection_reason";

/**
 * The second step: inspects what was uploaded and makes it readable, or rejects it. Twice is once; only the uploader
 * can, all others find nothing.
 * @throws ApiError `attachment_not_uploaded` 409, and those of `settle`
 */
export async function completeUpload(
  { db, user, service }: UserContext,
  id: string,
): Promise<ReadyAttachment> {
  const file = await call(() =>
    db
      .from("ticket_attachments")
      .select(COLUMNS)
      .eq("id", id)
      .eq("uploaded_by", user.id)
      .maybeSingle(),
  );
  if (file.state === "ready" && file.sha256) return readyAttachment(file, file.sha256);
  if (file.state === "rejected") throw rejectedAttachment(file.rejection_reason ?? "");
  if (file.state !== "pending") throw refusal("not_found");

  const uploaded = await bucketOf(service()).download(file.path).asStream();
  if (uploaded.error) {
    const isMissing = storageStatus(uploaded.error) === "404";
    throw isMissing ? refusal("attachment_not_uploaded") : storageUnavailable(uploaded.error);
  }
  return await settle(
    service(),
    user.id,
    file,
    await storeInspected(service(), file, uploaded.data),
  );
}
