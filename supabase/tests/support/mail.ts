import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { beforeAll, beforeEach } from "vitest";
import type { StoredMail } from "../../../local/mail/mailbox.ts";
import { sql, sqlOne } from "./database.ts";
import { callFunction } from "./functions.ts";
import { testStack } from "./resources.ts";
import { type MailFault, RESEND_WEBHOOK_SECRET } from "./vendors/resend.ts";
import { maintainAbout, openTasks, passTime } from "./work.ts";

/** An address of the loopback Resend. */
export const cloud = (path: string) => {
  const { resend } = testStack().vendors;
  if (resend === undefined) throw new Error("no loopback Resend");
  return `${resend}${path}`;
};

/** The mails that reached somebody, the newest first. */
export async function mailsTo(address: string): Promise<StoredMail[]> {
  const response = await fetch(cloud(`/mail/api/messages?to=${encodeURIComponent(address)}`));
  return ((await response.json()) as { messages: StoredMail[] }).messages;
}

/** The next requests for somebody's mails go wrong. */
export async function failMails(fault: MailFault): Promise<void> {
  await fetch(cloud("/__control/faults"), { method: "POST", body: JSON.stringify(fault) });
}

/** The requests that were made to send somebody's mails. */
export async function requestsFor(address: string) {
  const response = await fetch(cloud("/__control/requests"));
  const all = (await response.json()) as { to: string; key: string | null; at: number }[];
  return all.filter(({ to }) => to === address);
}

/** Tells a user something, as the rules do. */
export const notify = (userId: string, kind: string, data: object = {}, subject?: string) =>
  sql("select private.notify($1, $2, $3, $4)", [userId, kind, subject ?? null, data]);

export interface DeliveryRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly reason: string | null;
  readonly provider_id: string | null;
  readonly sent_with: string | null;
}

/** The deliveries of a user, the oldest first. */
export const deliveriesOf = (userId: string) =>
  sql<DeliveryRow>(
    "select id, kind, state, reason, provider_id, sent_with from public.message_deliveries where user_id = $1 order by created_at, id",
    [userId],
  );

/** Hands a user's waiting deliveries to the queue, as the job does with everybody's. */
export async function release(userId: string): Promise<void> {
  await sql(
    `select private.release_message(d, now()) from (
       select distinct on (kind) d from public.message_deliveries d
       where user_id = $1 and state = 'queued' and released_at is null order by kind, created_at) due`,
    [userId],
  );
}

const MAX_ROUNDS = 20;

/** Lets a user's messages leave, until nothing of them is in the queue of tasks; pauses pass at once. */
export async function sendAll(userId: string): Promise<void> {
  await release(userId);
  for (const { id } of await deliveriesOf(userId)) {
    for (let round = 0; (await openTasks(id)).length > 0; round++) {
      if (round === MAX_ROUNDS) throw new Error(`still open: ${id}`);
      await sql("update private.mail_pace set paused_until = 'epoch', next_slot_at = 'epoch'");
      await passTime(id, 1_000_000);
      await maintainAbout(id);
    }
  }
}

/** The headers with which Resend signs a delivery. */
export function signResend(
  body: string,
  { id = `msg_${randomUUID()}`, secret = RESEND_WEBHOOK_SECRET, at = new Date() } = {},
): Record<string, string> {
  return {
    "svix-id": id,
    "svix-timestamp": String(Math.floor(at.getTime() / 1000)),
    "svix-signature": new Webhook(secret).sign(id, at, body),
  };
}

/** Delivers an event of Resend's, signed. */
export async function tellResend(
  type: string,
  data: object,
  options: { id?: string; secret?: string; at?: Date } = {},
): Promise<Response> {
  const body = JSON.stringify({ type, created_at: new Date().toISOString(), data });
  const headers = { "content-type": "application/json", ...signResend(body, options) };
  return await callFunction("email-webhook", { method: "POST", headers, body });
}

/** What an event says of a delivery that was sent. */
export async function eventAbout(deliveryId: string, more: object = {}) {
  const row = await sqlOne<{ provider_id: string | null; email: string }>(
    "select d.provider_id, p.email from public.message_deliveries d join public.profiles p on p.id = d.user_id where d.id = $1",
    [deliveryId],
  );
  const email_id = row.provider_id ?? randomUUID();
  const tags = { delivery: deliveryId };
  return { email_id, message_id: `<${email_id}@mail.test>`, to: [row.email], tags, ...more };
}

/** The delivery of somebody who has one and no other. */
export async function onlyDelivery(user: { readonly id: string }): Promise<DeliveryRow> {
  const [delivery, ...others] = await deliveriesOf(user.id);
  if (delivery === undefined || others.length > 0) throw new Error("not one delivery");
  return delivery;
}

/** Another pace than the provider's, for a file whose tests are about what is sent, and not about when. */
export function sendWithoutPace(): void {
  beforeAll(async () => {
    await sql("update private.settings set value = '1000' where name = 'mails_per_second'");
  });
  beforeEach(async () => {
    await sql("update private.mail_pace set paused_until = 'epoch', next_slot_at = 'epoch'");
  });
}
