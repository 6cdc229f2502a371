import { randomUUID } from "node:crypto";
import { googleId } from "../../../../tools/simulate/google-meet.ts";
import { attach, sample, uploaded } from "../attachments.ts";
import { insertCall } from "../calls.ts";
import { sql, sqlOne } from "../database.ts";
import { openTicket, reply } from "../desk.ts";
import { deliveriesOf, mailsTo, notify, sendAll } from "../mail.ts";
import { createUser } from "../users.ts";
import { createTenant, newNumber } from "../vapi.ts";
import { connectVapi, placeAtVapi } from "../vapi-cloud.ts";
import type { Cast } from "./cast.ts";

/** Somebody who was sent mails: one that failed, one with a link to unsubscribe, one with a link to rate a resolution. */
async function sendMails(resolve: (ticketId: string) => Promise<void>) {
  await sql("update private.settings set value = '1000' where name = 'mails_per_second'");
  const reader = await createUser();
  await notify(reader.id, "demo_2_days", { demo_expires_at: "2026-12-24T17:30:00+00:00" });
  await sendAll(reader.id);
  const [delivery] = await deliveriesOf(reader.id);
  const [mail] = await mailsTo(reader.email);
  const link = (mail?.headers["List-Unsubscribe"] ?? "").slice(1, -1);
  await resolve(await openTicket(reader));
  await sendAll(reader.id);
  const told = (await mailsTo(reader.email)).map(({ text }) => text).join();
  const failed = await createUser();
  await notify(failed.id, "demo_2_days", { demo_expires_at: "2026-12-24T17:30:00+00:00" });
  const { id } = await sqlOne<{ id: string }>(
    "update public.message_deliveries set state = 'failed', reason = 'outcome_unknown' where user_id = $1 returning id",
    [failed.id],
  );
  return {
    sent_message: delivery?.id,
    resend_id: delivery?.provider_id ?? undefined,
    unsubscribe_token: new URL(link).searchParams.get("token") ?? undefined,
    survey_token: /\/rate\?token=([0-9a-f]{64})/.exec(told)?.[1],
    failed_message: id,
  };
}

/** What the examples' `<names>` stand for on this stack, in the states that the examples need. */
export async function exampleValues({ people, ids }: Cast): Promise<Record<string, string>> {
  const { customer, tenant, student, agent } = people;
  await connectVapi();
  const resolve = async (ticketId: string) => {
    const answer = await reply(agent, { ticket_id: ticketId, body: "Done.", status: "resolved" });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const [ticket, second, resolved, other] = [
    await openTicket(customer),
    await openTicket(customer),
    await openTicket(customer),
    await openTicket(customer),
  ];
  for (const each of [resolved, other]) await resolve(each);
  const ready = await attach(customer, ticket, sample("image/png"));
  const pending = await uploaded(customer, ticket, sample("image/png"));
  const another = await attach(customer, ticket, sample("image/png"));
  const placed = await placeAtVapi("placed-calls", { status: "ended" });
  const recorded = { vapiCallId: placed.id, recordingUrl: "https://storage.example/lasting.wav" };
  const caller = await createTenant();
  const { data: calendar } = await student.client.rpc("create_calendar_link");
  const values: Record<string, string | undefined> = {
    user: (await createUser()).id,
    student: student.id,
    endpoint: ids.endpoint?.[0],
    // Its endpoint is not the one that is deleted.
    delivery: ids.delivery?.[1],
    call: ids.call?.[0],
    recorded_call: await insertCall(tenant.id, recorded),
    assistant: ids.assistant?.[0],
    number: ids["phone-numbers"]?.[0],
    new_number: newNumber(),
    vapi_call: randomUUID(),
    vapi_assistant: caller.vapiAssistantId,
    class: ids.class?.[0],
    live_class: ids.class?.[1],
    participant: ids.participant?.[1],
    calendar_token: calendar?.token,
    space: googleId(),
    ticket,
    second_ticket: second,
    resolved_ticket: resolved,
    other_resolved_ticket: other,
    message: ids.message?.[0],
    reply_key: randomUUID(),
    ready_file: ready.attachment_id,
    uploaded_file: pending.attachment_id,
    other_file: another.attachment_id,
    saved_reply: ids.saved_reply?.[0],
    mail: ids.mail?.[0],
    other_mail: ids.mail?.[1],
    event: ids.event?.[0],
    task: ids.task?.[0],
    ...(await sendMails(resolve)),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (value === undefined) throw new Error(`There is no ${name}.`);
      return [name, value];
    }),
  );
}
