import { sql, sqlOne } from "./database.ts";
import { cloud, deliveriesOf, mailsTo, sendAll, tellResend } from "./mail.ts";
import type { TestUser } from "./users.ts";
import { workOff } from "./work.ts";

export const DESK = "support@switchboard.test";

/** A mail as somebody writes it; from nobody else's address than `from` claims. */
export interface WrittenMail {
  readonly from: string;
  readonly to?: readonly string[];
  readonly subject?: string;
  readonly text?: string | null;
  readonly html?: string | null;
  readonly headers?: readonly (readonly [string, string])[];
  readonly authentication?: string | null;
  readonly attachments?: readonly {
    readonly filename?: string;
    readonly content_type?: string;
    readonly content_disposition?: string;
    readonly content: string;
  }[];
}

export interface ReceivedMail {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly words: string | null;
  readonly body: string | null;
  readonly user_id: string | null;
  readonly ticket_id: string | null;
  readonly entry_id: string | null;
}

/** Hands a mail to the provider and returns the data of its event. */
export async function write(mail: WrittenMail) {
  const body = JSON.stringify({ to: [DESK], subject: "A question", text: "How?", ...mail });
  const response = await fetch(cloud("/mail/api/received"), { method: "POST", body });
  if (response.status !== 201) throw new Error(await response.text());
  return (await response.json()) as { email_id: string; message_id: string };
}

/** What became of a mail that the provider has. */
export const receivedMail = (providerId: string) =>
  sqlOne<ReceivedMail>("select * from public.received_mails where provider_id = $1", [providerId]);

/** Sends a mail to the desk and waits for what becomes of it. */
export async function receive(mail: WrittenMail): Promise<ReceivedMail> {
  const event = await write(mail);
  await tellResend("email.received", event);
  const { id } = await receivedMail(event.email_id);
  await workOff(id);
  return await receivedMail(event.email_id);
}

/** A ticket of a customer, assigned to an agent who has just answered it; the mail that told the answer. */
export async function answeredTicket(customer: TestUser, agent: TestUser) {
  const opened = await customer.client
    .from("support_tickets")
    .insert({ subject: "Help", description: "It does not work." })
    .select("id")
    .single();
  if (opened.error) throw opened.error;
  const { id } = opened.data;
  await agent.client.from("support_tickets").update({ assigned_to: agent.id }).eq("id", id);
  await agent.client.rpc("post_ticket_message", { p_ticket_id: id, p_body: "Did you restart it?" });
  await sendAll(customer.id);
  const mail = (await mailsTo(customer.email)).find(({ tags }) =>
    tags.some(({ value }) => value === "ticket_reply"),
  );
  if (mail === undefined) throw new Error("no mail told the answer");
  const [delivery] = (await deliveriesOf(customer.id)).filter(
    ({ kind }) => kind === "ticket_reply",
  );
  if (delivery === undefined) throw new Error("no delivery");
  await sql("update public.message_deliveries set message_id = $2 where id = $1", [
    delivery.id,
    mail.message_id,
  ]);
  return { id, replyTo: [mail.reply_to ?? ""].flat(), messageId: mail.message_id };
}

/** What was written in a ticket, the oldest first, without what the system wrote. */
export const messagesOf = (ticketId: string) =>
  sql<{ id: string; author_id: string; author_role: string; body: string }>(
    "select id, author_id, author_role::text, body from public.ticket_messages where ticket_id = $1 order by created_at, id",
    [ticketId],
  );
