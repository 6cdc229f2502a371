import type { Db } from "../../core/db.ts";

/** Where the objects of attachments are. Private, and without a policy for users. */
const ATTACHMENT_BUCKET = "ticket-attachments";

const INBOX = "inbox/";

/** The bucket through a client; only one with the secret key gets anywhere. */
export function bucketOf(service: Db) {
  return service.storage.from(ATTACHMENT_BUCKET);
}

/** Where an upload URL writes. Nothing is ever served from there. */
export function inboxPath(path: string): string {
  return INBOX + path;
}

/** Takes a file away, with whatever was uploaded for it; or an upload alone. What is not there is no error. */
export async function removeObjects(service: Db, name: string) {
  const { error } = await bucketOf(service).remove(
    name.startsWith(INBOX) ? [name] : [name, inboxPath(name)],
  );
  return error;
}
