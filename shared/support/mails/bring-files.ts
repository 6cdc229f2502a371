import { z } from "zod";
import { ApiError } from "../../core/api-error.ts";
import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import type { IncomingFile } from "../../mail/incoming/incoming-mail.ts";
import { openDownload } from "../../mail/resend/download.ts";
import { oneLine } from "../../mail/words.ts";
import { acceptedContentType } from "../attachments/accepted-types.ts";
import { safeFileNames } from "../attachments/file-name.ts";
import { settle } from "../attachments/settle.ts";
import { storeInspected } from "../attachments/store.ts";
import { MAX_FILE_BYTES } from "../limits.ts";

/** Files of one mail that may become files of its ticket. */
const FILES = 10;
/** A picture inside the text that is smaller is a logo, which every mail of its sender has. */
const LOGO_BYTES = 32 * 1024;

const Announced = z
  .object({
    id: z.string(),
    path: z.string(),
    file_name: z.string(),
    content_type: z.string(),
    size_bytes: z.number(),
    state: z.string(),
    user_id: z.string(),
  })
  .nullable();

/** Why a file is not even announced; null for one that is. */
function reasonAtOnce({ isInline, size }: IncomingFile): string | null {
  if (size === 0) return "empty_file";
  if (size > MAX_FILE_BYTES) return "attachment_too_large";
  return isInline && size < LOGO_BYTES ? "small_inline_file" : null;
}

const Details = z.object({ reason: z.string() });

/** Why a file is refused, in the words of an upload. What may pass is no refusal, and is thrown. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ApiError) || error.status >= 500) throw error;
  const details = Details.safeParse(error.details);
  return details.success ? details.data.reason : error.code;
}

async function announce(db: Db, mailId: string, file: IncomingFile) {
  const contentType = acceptedContentType(file.contentType, file.name);
  const { fileName, objectName } = safeFileNames(file.name, contentType);
  return Announced.parse(
    await rpc(db, "attach_file_of_mail", {
      p_mail_id: mailId,
      p_part: file.id,
      p_file_name: fileName,
      p_object_name: objectName,
      p_content_type: contentType,
      p_size_bytes: file.size,
    }),
  );
}

async function bring(db: Db, mailId: string, file: IncomingFile, signal: AbortSignal) {
  const announced = await announce(db, mailId, file);
  if (announced?.state !== "pending") return;
  const stored = await storeInspected(db, announced, await openDownload(file.url, signal));
  await settle(db, announced.user_id, announced, stored);
}

/**
 * Makes the files of a mail files of its ticket, by the rules of an upload: who speaks in the mail uploads them, their quota counts,
 * and each is inspected. What is refused is noted with its reason. Safe to repeat: a file is announced once.
 * @throws VendorError when the provider does not hand a file over
 */
export async function bringFiles(
  db: Db,
  mailId: string,
  files: readonly IncomingFile[],
  signal: AbortSignal,
): Promise<void> {
  for (const file of files.slice(0, FILES)) {
    let reason = reasonAtOnce(file);
    try {
      if (reason === null) await bring(db, mailId, file, signal);
    } catch (error) {
      reason = reasonOf(error);
    }
    if (reason === null) continue;
    await rpc(db, "refuse_file_of_mail", {
      p_mail_id: mailId,
      p_part: file.id,
      p_file_name: oneLine(file.name, 200) || "file",
      p_reason: reason,
    });
  }
}
