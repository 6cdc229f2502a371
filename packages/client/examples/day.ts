import { createClient } from "@supabase/supabase-js";
import { type Database, switchboard } from "switchboard-client";
import WebSocket from "ws";

Object.assign(globalThis, { WebSocket }); // Node 20 has none of its own; elsewhere this line is not needed
const [url = "", publishableKey = "", email = "", password = ""] = process.argv.slice(2);
const supabase = createClient<Database>(url, publishableKey);
const { error: refusal } = await supabase.auth.signInWithPassword({ email, password });
if (refusal) throw refusal;
const api = switchboard(supabase, { retries: 2 });

const limits = await api.limits.read();
if (limits.error) throw new Error(limits.error.message);
console.log(`${limits.data.plan_type}: ${limits.data.remaining_call_time_seconds} seconds left`);

const dashboard = await api.analytics.dashboard({ from: "2026-11-01", to: "2026-11-30" });
console.log(`${dashboard.data?.metrics.total_calls} calls in ${dashboard.data?.range.days} days`);

const ticket = await supabase
  .from("support_tickets")
  .insert({ subject: "An export", description: "The export of March is empty." })
  .select("id")
  .single();
if (ticket.error) throw ticket.error;
const file = new File(["name;amount\nMarch;12\n"], "export.csv", { type: "text/csv" });
const sent = await api.attachments.upload(ticket.data.id, file, {
  onProgress: ({ loaded, total }) => console.log(`${loaded} of ${total} bytes`),
});
if (sent.error) throw new Error(sent.error.message);
const reply = await api.tickets.reply(
  { ticket_id: ticket.data.id, body: "Here.", attachment_ids: [sent.data.attachment_id] },
  { idempotencyKey: crypto.randomUUID() },
);
console.log(reply.error?.message ?? `${reply.data?.message.attachments.length} file sent`);

for await (const { data: page } of api.account.export()) {
  console.log(`exported ${Object.keys(page ?? {}).join(", ")}`);
}
