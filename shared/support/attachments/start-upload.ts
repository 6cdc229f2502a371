import { z } from "zod";
import { created } from "../../http/responses.ts";
import type { UserContext } from "../../http/with-user.ts";
import { announce } from "./announce.ts";
import { bucketOf } from "./bucket.ts";
import { giveUp } from "./settle.ts";
import { storageUnavailable } from "./storage-failure.ts";

/** `POST` with JSON. */
export const StartUploadInput = z.strictObject({
  ticket_id: z.uuid(),
  file_name: z.string().min(1).max(1024),
  content_type: z.string().min(1).max(200),
  size_bytes: z.int().min(1),
});

/** Storage's own choice, for every signed upload URL. */
const UPLOAD_URL_SECONDS = 2 * 60 * 60;

/**
 * The first of two steps: a pending attachment and a URL to upload its file to, for
 * `storage.from("ticket-attachments").uploadToSignedUrl(path, token, file)`.
 */
export async function startUpload(
  { db, user, service }: UserContext,
  input: z.output<typeof StartUploadInput>,
): Promise<Response> {
  const file = await announce(db, input);
  const expiresAt = new Date(Date.now() + UPLOAD_URL_SECONDS * 1000);
  const { data, error } = await bucketOf(service()).createSignedUploadUrl(file.path);
  if (error) {
    await giveUp(service(), user.id, file);
    throw storageUnavailable(error);
  }
  const { path, token, signedUrl } = data;
  return created({
    attachment_id: file.id,
    upload: { path, token, url: signedUrl, expires_at: expiresAt.toISOString() },
  });
}
