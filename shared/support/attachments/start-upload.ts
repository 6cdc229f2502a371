import { z } from "zod";
import { created } from "../../http/responses.ts";
import type { UserContext } from "../../http/with-user.ts";
import { announce } from "./announce.ts";
import { bucketOf, inboxPath } from "./bucket.ts";
import { expiryOf } from "./expiry.ts";
import { giveUp } from "./settle.ts";
import { storageUnavailable } from "./storage-failure.ts";

/** `POST` with JSON. */
export const StartUploadInput = z.strictObject({
  ticket_id: z.uuid(),
  file_name: z.string().min(1).max(1024),
  content_type: z.string().min(1).max(200),
  size_bytes: z.int().min(1),
});

/**
 * The first of two steps: a pending attachment and a URL to upload its file to, for
 * `storage.from("ticket-attachments").uploadToSignedUrl(path, token, file)`.
 */
export async function startUpload(
  { db, user, service }: UserContext,
  input: z.output<typeof StartUploadInput>,
): Promise<Response> {
  const file = await announce(db, input);
  const { data, error } = await bucketOf(service()).createSignedUploadUrl(inboxPath(file.path));
  if (error) {
    await giveUp(service(), user.id, file);
    throw storageUnavailable(error);
  }
  const { path, token, signedUrl } = data;
  return created({
    attachment_id: file.id,
    upload: { path, token, url: signedUrl, expires_at: expiryOf(token) },
  });
}
