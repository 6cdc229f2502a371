import { z } from "zod";
import { rpc } from "../../db/call.ts";
import { factsOf } from "../../mail/incoming/facts.ts";
import { readReceivedMail } from "../../mail/resend/received.ts";
import { done, failedForGood, type TaskHandler } from "../../tasks/task-handler.ts";
import { isVendorStatus, VendorError } from "../../vendor/error.ts";
import { MAX_BODY_CHARACTERS } from "../limits.ts";

const ToRead = z.object({ provider_id: z.string(), is_judged: z.boolean() }).nullable();
const Judged = z.object({ step: z.enum(["none", "files"]) });

/** Why the provider will never hand a mail over; null for what may pass. */
function lostReason(error: unknown): string | null {
  if (isVendorStatus(error, 404, 410)) return "not_at_provider";
  return error instanceof VendorError && error.code === "resend_answer_too_large"
    ? "too_large"
    : null;
}

/** Reads a mail that came to the desk and hands over what it says; the database decides what becomes of it. */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const id = task.resource_id;
  const mail = ToRead.parse(await rpc(db, "read_received_mail", { p_mail_id: id }));
  if (mail === null) return done();
  try {
    const incoming = await readReceivedMail(mail.provider_id, signal);
    const facts = factsOf(incoming, MAX_BODY_CHARACTERS);
    const { step } = Judged.parse(
      await rpc(db, "judge_received_mail", { p_mail_id: id, p_mail: facts }),
    );
    log({ step });
    return done();
  } catch (error) {
    const reason = lostReason(error);
    if (reason === null) throw error;
    await rpc(db, "lose_received_mail", { p_mail_id: id, p_reason: reason });
    return failedForGood(reason);
  }
};
