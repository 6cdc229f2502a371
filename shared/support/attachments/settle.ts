import { z } from "zod";
import { rpc } from "../../db/call.ts";
import type { Db } from "../../db/client.ts";
import { refusal } from "../../http/errors.ts";
import { bucketOf } from "./bucket.ts";
import type { Inspected } from "./inspect.ts";
import type { DeclaredFile } from "./store.ts";

const Settled = z.object({
  state: z.enum(["ready", "rejected", "deleted", "absent"]),
  rejection_reason: z.string().nullish(),
  sha256: z.string().nullish(),
});

/** What `settle` is told: what the inspection found, or that there is nothing to inspect. */
export type Verdict = Inspected | { readonly rejection: "upload_failed" };

/** A file that can be sent and read. */
export interface ReadyAttachment {
  readonly attachment_id: string;
  readonly file_name: string;
  readonly content_type: string;
  readonly size_bytes: number;
  readonly sha256: string;
  readonly state: "ready";
}

interface NamedFile extends DeclaredFile {
  readonly file_name: string;
}

/** The answer for a ready file. */
export function readyAttachment(file: NamedFile, sha256: string): ReadyAttachment {
  const { id, file_name, content_type, size_bytes } = file;
  return { attachment_id: id, file_name, content_type, size_bytes, sha256, state: "ready" };
}

/** The refusal of a file that was rejected. */
export function rejectedAttachment(reason: string) {
  return reason === "ticket_closed"
    ? refusal("ticket_closed")
    : refusal("attachment_rejected", { reason });
}

/** Removes an object at once where that works; a task that the database enqueued does it anyway. */
export async function removeNow(service: Db, path: string): Promise<void> {
  await bucketOf(service).remove([path]);
}

async function settled(service: Db, userId: string, file: DeclaredFile, verdict: Verdict) {
  const outcome =
    verdict.rejection === null
      ? { p_sha256: verdict.sha256 }
      : { p_rejection_reason: verdict.rejection };
  return Settled.parse(
    await rpc(service, "settle_attachment", {
      p_user_id: userId,
      p_attachment_id: file.id,
      p_path: file.path,
      ...outcome,
    }),
  );
}

/**
 * Makes a file ready or a tombstone, whichever the database decides, and answers accordingly.
 * @throws ApiError `attachment_rejected` 422 with the reason, `ticket_closed` 409, `not_found` 404
 */
export async function settle(
  service: Db,
  userId: string,
  file: NamedFile,
  verdict: Verdict,
): Promise<ReadyAttachment> {
  const { state, rejection_reason, sha256 } = await settled(service, userId, file, verdict);
  if (state === "ready" && sha256) return readyAttachment(file, sha256);
  await removeNow(service, file.path);
  throw state === "rejected" ? rejectedAttachment(rejection_reason ?? "") : refusal("not_found");
}

/** Ends an upload that failed on our side, so that it holds no room until the sweep. */
export async function giveUp(service: Db, userId: string, file: DeclaredFile): Promise<void> {
  await settled(service, userId, file, { rejection: "upload_failed" });
}
