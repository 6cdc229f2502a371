import type { Db } from "../../db/client.ts";

/** Where the objects of attachments are. Private, and without a policy for users. */
const ATTACHMENT_BUCKET = "ticket-attachments";

/** The bucket through a client; only one with the secret key gets anywhere. */
export function bucketOf(service: Db) {
  return service.storage.from(ATTACHMENT_BUCKET);
}
