import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import {
  done,
  failedForGood,
  type TaskHandler,
  type TaskOutcome,
} from "../../tasks/task-handler.ts";
import { OutgoingMail, type SendOutcome } from "../mail.ts";
import { Material } from "../material.ts";
import { sendWithResend } from "../resend/send.ts";
import { writeMail } from "../write-mail.ts";

const Begun = z.discriminatedUnion("step", [
  z.object({ step: z.literal("none") }),
  z.object({ step: z.literal("write"), key: z.string(), wait_ms: z.number(), material: Material }),
  z.object({ step: z.literal("send"), key: z.string(), wait_ms: z.number(), mail: OutgoingMail }),
]);

/** What is sent: what an earlier try wrote, or what this one writes and keeps. Null when the message was settled meanwhile. */
async function mailOf(
  db: Db,
  id: string,
  begun: Exclude<z.infer<typeof Begun>, { step: "none" }>,
): Promise<OutgoingMail | null> {
  if (begun.step === "send") return begun.mail;
  const mail = writeMail(id, begun.material);
  return OutgoingMail.nullable().parse(
    await rpc(db, "keep_message", { p_delivery_id: id, p_mail: mail }),
  );
}

async function settle(db: Db, id: string, outcome: SendOutcome): Promise<TaskOutcome> {
  if (outcome.outcome === "sent") {
    await rpc(db, "record_message_sent", { p_delivery_id: id, p_provider_id: outcome.id });
    return done();
  }
  if (outcome.outcome === "refused") {
    const failed = { p_delivery_id: id, p_reason: outcome.reason };
    await rpc(db, "record_message_failed", failed);
    return failedForGood(outcome.reason);
  }
  // It asks for this task again at its time, so the tries of the task are not used up by an outage.
  await rpc(db, "postpone_message", {
    p_delivery_id: id,
    p_reason: outcome.reason,
    p_may_be_sent: outcome.mayBeSent,
    p_is_for_all: outcome.isForAll,
    ...(outcome.afterSeconds === undefined
      ? {}
      : { p_after_seconds: Math.ceil(outcome.afterSeconds) }),
  });
  return done();
}

/** Sends one message, under the delivery's id as the key that the provider remembers. */
export const run: TaskHandler = async ({ task, db, signal, log }) => {
  const id = task.resource_id;
  const begun = Begun.parse(await rpc(db, "begin_message", { p_delivery_id: id }));
  if (begun.step === "none") return done();
  const mail = await mailOf(db, id, begun);
  if (mail === null) return done();
  await sleep(begun.wait_ms, undefined, { signal });
  const outcome = await sendWithResend(mail, begun.key, signal);
  log({
    outcome: outcome.outcome,
    ...(outcome.outcome === "sent" ? {} : { reason: outcome.reason }),
  });
  return await settle(db, id, outcome);
};
