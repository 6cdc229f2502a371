import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import { supportRefusal } from "../errors.ts";
import { MAX_FILE_BYTES } from "../limits.ts";
import { acceptedContentType } from "./accepted-types.ts";
import { safeFileNames } from "./file-name.ts";

/** What a client says of a file before it sends it. */
export interface FileDeclaration {
  readonly ticket_id: string;
  readonly file_name: string;
  readonly content_type: string;
  readonly size_bytes: number;
}

/**
 * Makes the pending row as the caller, who is refused there if they may not upload, or not that much.
 * @throws ApiError `attachment_type_refused` 415, `attachment_too_large` 413, and those of `create_attachment`
 */
export async function announce(db: Db, declared: FileDeclaration) {
  const contentType = acceptedContentType(declared.content_type, declared.file_name);
  if (declared.size_bytes > MAX_FILE_BYTES) throw supportRefusal("attachment_too_large");
  const { fileName, objectName } = safeFileNames(declared.file_name, contentType);
  return await rpc(db, "create_attachment", {
    p_ticket_id: declared.ticket_id,
    p_file_name: fileName,
    p_object_name: objectName,
    p_content_type: contentType,
    p_size_bytes: declared.size_bytes,
  });
}
