import { z } from "zod";
import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import { factsOf } from "../../mail/incoming/facts.ts";
import { listReceivedFiles, readReceivedMail } from "../../mail/resend/received.ts";
import { done, failedForGood, type TaskHandler } from "../../tasks/task-handler.ts";
import { isVendorStatus, VendorError } from "../../vendor/error.ts";
import { MAX_BODY_CHARACTERS } from "../limits.ts";
import { bringFiles } from "../mails/bring-files.ts";

const ToRead = z.object({ provider_id: z.string(), is_judged: z.boolean() });
type ToRead = z.infer<typeof ToRead>;
const Judged = z.object({ step: z.enum(["none", "files"]) });

/** Why the provider will never hand a mail over; null for what may pass. */
function lostReason(error: unknown): string | null {
  if (isVendorStatus(error, 404, 410)) return "not_at_provider";
  return error instanceof VendorError && error.code === "resend_answer_too_large"
    ? "too_large"
    : null;
}

/** Hands over what a mail says. Whether its files are to be brought now. */
async function judge(db: Db, id: string, mail: ToRead, signal: AbortSignal): Promise<boolean> {
  if (mail.is_judged) return true;
  const facts = factsOf(await readReceivedMail(mail.provider_id, signal), MAX_BODY_CHARACTERS);
  const answer = await rpc(db, "judge_received_mail", { p_mail_id: id, p_mail: facts });
  return Judged.parse(answer).step === "files";
}

/** Reads a mail that came to the desk and hands over what it says; the database decides what becomes of it. */
export const run: TaskHandler = async ({ task, db, signal }) => {
  const id = task.resource_id;
  const mail = ToRead.nullable().parse(await rpc(db, "read_received_mail", { p_mail_id: id }));
  if (mail === null) return done();
  try {
    if (await judge(db, id, mail, signal)) {
      await bringFiles(db, id, await listReceivedFiles(mail.provider_id, signal), signal);
      await rpc(db, "finish_received_mail", { p_mail_id: id });
    }
    return done();
  } catch (error) {
    const reason = lostReason(error);
    if (reason === null) throw error;
    await rpc(db, "lose_received_mail", { p_mail_id: id, p_reason: reason });
    return failedForGood(reason);
  }
};
