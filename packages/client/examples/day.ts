import { createClient, type SupabaseClientOptions } from "@supabase/supabase-js";
import { type Database, switchboard } from "switchboard-client";

/** What the program is told. */
export interface Settings {
  readonly url: string;
  readonly publishableKey: string;
  readonly email: string;
  readonly password: string;
  /** Node 20 has no WebSocket of its own, which supabase-js wants to be given here. */
  readonly options?: SupabaseClientOptions<"public">;
}

/** Signs in, looks at the account, answers a ticket with a file, and takes everything along. */
export async function day(settings: Settings): Promise<string[]> {
  const { url, publishableKey, email, password, options } = settings;
  const supabase = createClient<Database>(url, publishableKey, options);
  const lines: string[] = [];
  const signIn = await supabase.auth.signInWithPassword({ email, password });
  if (signIn.error) throw signIn.error;
  const api = switchboard(supabase, { retries: 2 });

  const limits = await api.limits.read();
  if (limits.error) throw new Error(limits.error.message);
  lines.push(`${limits.data.plan_type}: ${limits.data.remaining_call_time_seconds} seconds left`);

  const { data: dashboard } = await api.analytics.dashboard({
    from: "2026-11-01",
    to: "2026-11-30",
  });
  lines.push(`${dashboard?.metrics.total_calls} calls in ${dashboard?.range.days} days`);

  const tickets = await supabase.from("support_tickets").select("id, subject").limit(1).single();
  if (tickets.error) throw tickets.error;
  const file = new File(["name;amount\nMarch;12\n"], "export.csv", { type: "text/csv" });
  const attached = await api.attachments.upload(tickets.data.id, file, {
    onProgress: ({ loaded, total }) => lines.push(`${loaded} of ${total} bytes`),
  });
  if (attached.error) throw new Error(attached.error.message);
  const reply = await api.tickets.reply(
    {
      ticket_id: tickets.data.id,
      body: "Here it is.",
      attachment_ids: [attached.data.attachment_id],
    },
    { idempotencyKey: crypto.randomUUID() },
  );
  lines.push(
    reply.error ? reply.error.message : `sent ${reply.data.message.attachments.length} file`,
  );

  for await (const { data: page } of api.account.export()) {
    lines.push(`exported ${Object.keys(page ?? {}).join(", ")}`);
  }
  return lines;
}
