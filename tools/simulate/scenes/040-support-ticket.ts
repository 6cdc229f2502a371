import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Person, Scene, Stage } from "../scene.ts";

/** A screenshot of one pixel. */
const SCREENSHOT = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const Upload = z.object({
  attachment_id: z.uuid(),
  upload: z.object({ path: z.string(), token: z.string() }),
});
const Posted = z.object({
  message: z.object({ id: z.uuid() }),
  ticket: z.object({ status: z.string() }),
});
const Entry = z.object({
  author_role: z.string(),
  is_internal: z.boolean(),
  body: z.string(),
  author: z.object({ full_name: z.string().nullable() }).nullable(),
  attachments: z.array(z.object({ file_name: z.string(), url: z.string().optional() })),
});
const Thread = z.object({
  ticket: z.object({ ticket_number: z.string(), subject: z.string(), status: z.string() }),
  messages: z.array(Entry.extend({ replies: z.array(Entry) })),
});

async function invoke<Schema extends z.ZodType>(
  person: Person,
  name: string,
  schema: Schema,
  body?: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<z.output<Schema>> {
  const method = body ? "POST" : "GET";
  const { data, error } = await person.client.functions.invoke(name, {
    method,
    headers,
    ...(body ? { body } : {}),
  });
  if (error) throw error;
  return schema.parse(data);
}

/** The two steps of a signed upload: ask for an address, send the bytes there, have them inspected. */
async function attach(person: Person, ticket_id: string): Promise<string> {
  const { attachment_id, upload } = await invoke(person, "attachment-upload", Upload, {
    ticket_id,
    file_name: "empty page.png",
    content_type: "image/png",
    size_bytes: SCREENSHOT.byteLength,
  });
  const sent = await person.client.storage
    .from("ticket-attachments")
    .uploadToSignedUrl(upload.path, upload.token, SCREENSHOT, { contentType: "image/png" });
  if (sent.error) throw sent.error;
  await invoke(person, `attachment-upload/${attachment_id}/complete`, z.unknown(), {});
  return attachment_id;
}

function say(person: Person, body: Record<string, unknown>) {
  return invoke(person, "ticket-reply", Posted, body, { "Idempotency-Key": randomUUID() });
}

/** The conversation as a person reads it under their own rights. */
async function tell(stage: Stage, reader: Person, ticketId: string): Promise<void> {
  const { ticket, messages } = await invoke(reader, `ticket-reply?ticket_id=${ticketId}`, Thread);
  const entries = messages.flatMap(({ replies, ...message }) => [
    { ...message, depth: "" },
    ...replies.map((reply) => ({ ...reply, depth: "  ↳ " })),
  ]);
  stage.say(
    `${reader.name} sees ${ticket.ticket_number} “${ticket.subject}”, ${ticket.status}, and ${entries.length} entries:`,
    entries.map((entry) => ({
      by: entry.author?.full_name ?? entry.author_role,
      note: entry.is_internal ? "internal" : "",
      says: entry.depth + entry.body,
      files: entry.attachments.map(({ file_name }) => file_name).join(", "),
    })),
  );
}

/** A lesson's link does not open: a ticket with a screenshot, a note among staff, an answer, a resolution and its rating. */
async function play(stage: Stage): Promise<void> {
  const customer = await stage.person("Mina Farouk");
  const agent = await stage.person("Ben Okafor", "agent");
  const opened = await customer.client
    .from("support_tickets")
    .insert({
      subject: "The lesson's link opens an empty page",
      description: "Since this morning, in two browsers.",
      category: "technical",
      priority: "high",
    })
    .select("id")
    .single();
  if (opened.error) throw opened.error;
  const ticket_id = opened.data.id;

  const screenshot = await attach(customer, ticket_id);
  const { message } = await say(customer, {
    ticket_id,
    body: "This is what I see.",
    attachment_ids: [screenshot],
  });
  await say(agent, {
    ticket_id,
    body: "Her lesson was moved, the old link is dead.",
    internal: true,
  });
  await say(agent, {
    ticket_id,
    in_reply_to: message.id,
    body: "Your lesson was moved to 10:30 and has a new link, which is in your calendar now. Does it open?",
    status: "waiting",
  });
  await say(customer, { ticket_id, body: "It does, thank you!" });
  await say(agent, { ticket_id, body: "Glad to hear.", status: "resolved" });

  await tell(stage, customer, ticket_id);
  await tell(stage, agent, ticket_id);
  await invoke(customer, "ticket-survey", z.unknown(), {
    ticket_id,
    rating: 5,
    feedback: "Quick and friendly.",
  });

  const sla = await agent.client
    .from("ticket_sla")
    .select("first_response_state, resolution_state, resolution_seconds")
    .eq("ticket_id", ticket_id);
  const told = await customer.client
    .from("notifications")
    .select("kind")
    .eq("subject_id", ticket_id);
  if (sla.error ?? told.error) throw sla.error ?? told.error;
  stage.say(
    `Rated 5 of 5. ${customer.name} was told ${told.data.length} times; the desk kept its word:`,
    sla.data,
  );
}

export default { title: "A support ticket, resolved and rated", play } satisfies Scene;
