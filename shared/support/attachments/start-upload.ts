import { z } from "zod";
import { userRoute } from "../../http/with-user.ts";
import { announce } from "./announce.ts";
import { bucketOf, inboxPath } from "./bucket.ts";
import { expiryOf } from "./expiry.ts";
import { giveUp } from "./settle.ts";
import { storageUnavailable } from "./storage-failure.ts";

/** A pending attachment and a URL to upload its file to. */
export const startUpload = userRoute("POST /attachment-upload", {
  summary: "The first of two steps: announce a file",
  description:
    'The file is uploaded with `storage.from("ticket-attachments").uploadToSignedUrl(path, token, file)`, then completed.',
  body: z.strictObject({
    ticket_id: z.uuid(),
    file_name: z.string().min(1).max(1024),
    content_type: z.string().min(1).max(200).describe("Its media type."),
    size_bytes: z.int().min(1),
  }),
  answers: { 201: "StartedUpload" },
  rpcs: ["create_attachment"],
  refuses: ["attachment_type_refused", "attachment_too_large"],
  handle: async ({ db, user, service, body }) => {
    const file = await announce(db, body);
    const { data, error } = await bucketOf(service()).createSignedUploadUrl(inboxPath(file.path));
    if (error) {
      await giveUp(service(), user.id, file);
      throw storageUnavailable(error);
    }
    const { path, token, signedUrl } = data;
    return {
      attachment_id: file.id,
      upload: { path, token, url: signedUrl, expires_at: expiryOf(token) },
    };
  },
});
