import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { realtime } from "../../supabase/tests/support/users.ts";
import type { StoredMail } from "../mail/mailbox.ts";
import { type Stack, startStack } from "../stack.ts";

let stack: Stack;
let client: SupabaseClient;
const data = mkdtempSync(join(tmpdir(), "switchboard-mailbox-"));
const start = () => startStack({ data, port: 0, seed: false, scheduler: false, durable: false });

beforeAll(async () => {
  stack = await start();
  const auth = { persistSession: false, autoRefreshToken: false };
  client = createClient(stack.url, stack.publishable_key, { auth, realtime });
});
afterAll(async () => {
  await stack.stop();
  rmSync(data, { recursive: true, force: true });
});

const mailsTo = async (to: string): Promise<StoredMail[]> => {
  const response = await fetch(`${stack.url}/mail/api/messages?to=${encodeURIComponent(to)}`);
  return ((await response.json()) as { messages: StoredMail[] }).messages;
};

async function sql(text: string, values: unknown[] = []): Promise<pg.QueryResultRow[]> {
  const connection = new pg.Client({ connectionString: stack.db_url });
  await connection.connect();
  try {
    return (await connection.query<pg.QueryResultRow>(text, values)).rows;
  } finally {
    await connection.end();
  }
}

it("Auth's mails and a notification arrive, and the provider's word comes back", async () => {
  const email = "reader@mailbox.test";
  const { data: signedUp } = await client.auth.signUp({ email, password: "a-long-password" });
  expect((await client.auth.resetPasswordForEmail(email)).error).toBeNull();
  await expect.poll(async () => (await mailsTo(email)).length).toBe(1);
  expect((await mailsTo(email))[0]?.html).toContain("http");

  await sql("select private.notify($1, 'demo_2_days', $1, $2)", [
    signedUp.user?.id,
    { demo_expires_at: "2026-12-24T17:30:00Z" },
  ]);
  await sql("select private.release_messages(now())");
  const headers = { apikey: stack.secret_key, "content-type": "application/json" };
  await fetch(`${stack.url}/functions/v1/maintenance`, { method: "POST", headers, body: "{}" });
  const states = () => sql("select state::text from public.message_deliveries");
  await expect.poll(states, { timeout: 30_000 }).toEqual([{ state: "delivered" }]);
  expect(await mailsTo(email)).toHaveLength(2);
});

it("a mail is shown as HTML that runs nothing, as text and as source, to nobody of another site", async () => {
  const [mail] = await mailsTo("reader@mailbox.test");
  const get = async (path: string) => {
    const response = await fetch(`${stack.url}/mail${path}`, {
      headers: { origin: "https://evil.test" },
    });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    return { headers: response.headers, text: await response.text() };
  };
  expect((await get("")).text).toContain("Your trial ends soon");
  expect((await get(`/${mail?.id}`)).text).toContain('<iframe title="The mail as HTML" sandbox=""');
  const html = await get(`/${mail?.id}/html`);
  expect(html.text).toBe(mail?.html);
  expect(html.headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
  expect((await get(`/${mail?.id}/text`)).headers.get("content-type")).toMatch(/^text\/plain/);
  expect((await get(`/${mail?.id}/raw`)).text).toMatch(
    /^From: Switchboard <.*Subject: Your trial ends soon/s,
  );
  expect((await get("/nothing")).headers.get("content-type")).toMatch(/json/);
});

it("it answers as Resend does", async () => {
  const post = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${stack.url}/mail/api/emails`, { method: "POST", headers, body: JSON.stringify(body) });
  const refused = await post({ from: "a@b.test", to: "c@d.test", subject: "x", text: "y" });
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ name: "missing_api_key" });
});

it("mails are there after a restart", async () => {
  await stack.stop();
  stack = await start();
  expect(await mailsTo("reader@mailbox.test")).toHaveLength(2);
});
