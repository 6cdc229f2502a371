import { z } from "zod";
import type { Db } from "../../core/db.ts";
import { refusal, unavailable } from "../../core/errors.ts";
import { rpc } from "../../db/call.ts";
import type { Schemas } from "../../http/route.ts";
import { supportRefusal } from "../errors.ts";
import { inboxPath, removeObjects } from "./bucket.ts";
import { type DeclaredFile, inspectStored, type Stored } from "./store.ts";

const Settled = z.object({
  state: z.enum(["ready", "rejected", "deleted", "absent", "replaced"]),
  rejection_reason: z.string().nullish(),
  sha256: z.string().nullish(),
});

/** What `settle` is told: what the inspection found, or that there is nothing to inspect. */
type Verdict = Stored | { readonly rejection: "upload_failed" };

/** How often a file is looked at again that other completions go on storing. */
const MAX_LOOKS = 3;

interface NamedFile extends DeclaredFile {
  readonly file_name: string;
}

/** The answer for a ready file. */
export function readyAttachment(file: NamedFile, sha256: string): Schemas["Attachment"] {
  const { id, file_name, content_type, size_bytes } = file;
  return { attachment_id: id, file_name, content_type, size_bytes, sha256, state: "ready" };
}

/** What people can do about files that are real and refused all the same. */
const advice: Readonly<Record<string, string>> = {
  not_utf8: "Save the text in UTF-8, then attach it again.",
  macros: "Save the document without macros, then attach it again.",
  encrypted: "Save the document without a password, then attach it again.",
};

/** The refusal of a file that was rejected. */
export function rejectedAttachment(reason: string) {
  if (reason === "ticket_closed") return supportRefusal("ticket_closed");
  const details = Object.hasOwn(advice, reason) ? { reason, advice: advice[reason] } : { reason };
  return supportRefusal("attachment_rejected", details);
}

async function settled(service: Db, userId: string, file: DeclaredFile, verdict: Verdict) {
  const outcome =
    verdict.rejection === null
      ? { p_sha256: verdict.sha256, p_object_version: verdict.version }
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

/** What becomes of a file: the database decides, about the version of the object that stands there. */
async function decided(service: Db, userId: string, file: DeclaredFile, first: Stored) {
  let stored = first;
  for (let look = 0; look < MAX_LOOKS; look++) {
    const outcome = await settled(service, userId, file, stored);
    if (outcome.state !== "replaced") return outcome;
    stored = await inspectStored(service, file);
  }
  throw unavailable("storage_object_replaced");
}

/**
 * Makes a file ready or a tombstone, and answers accordingly. What is left over is removed at once where that works: a
 * task of the database or the sweep does it anyway.
 * @throws ApiError `attachment_rejected` 422 with the reason, `ticket_closed` 409, `not_found` 404
 */
export async function settle(
  service: Db,
  userId: string,
  file: NamedFile,
  stored: Stored,
): Promise<Schemas["Attachment"]> {
  const { state, rejection_reason, sha256 } = await decided(service, userId, file, stored);
  if (state === "ready" && sha256) {
    await removeObjects(service, inboxPath(file.path));
    return readyAttachment(file, sha256);
  }
  await removeObjects(service, file.path);
  throw state === "rejected" ? rejectedAttachment(rejection_reason ?? "") : refusal("not_found");
}

/** Ends an upload that failed on our side, so that it holds no room until the sweep. */
export async function giveUp(service: Db, userId: string, file: DeclaredFile): Promise<void> {
  await settled(service, userId, file, { rejection: "upload_failed" });
}
