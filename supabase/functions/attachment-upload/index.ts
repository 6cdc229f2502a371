import { withUser } from "../../../shared/http/with-user.ts";
import { attachFile } from "../../../shared/support/attachments/attach-file.ts";
import { completeUpload } from "../../../shared/support/attachments/complete-upload.ts";
import { deleteAttachment } from "../../../shared/support/attachments/delete-attachment.ts";
import { readLink } from "../../../shared/support/attachments/read-link.ts";
import { startUpload } from "../../../shared/support/attachments/start-upload.ts";

/** Takes files of tickets, in two steps or in one request, and hands out links to them; see docs/api/attachments.md. */
export default withUser([startUpload, attachFile, completeUpload, readLink, deleteAttachment]);
