import { fileURLToPath } from "node:url";
import type { SupabaseClient } from "@supabase/supabase-js";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { chromiumPath } from "../../../../console/tests/support/chromium.ts";
import { sql } from "../../../../supabase/tests/support/database.ts";
import { openDesk } from "../../../../supabase/tests/support/desk.ts";
import { type FaultyProxy, faultyProxy } from "../../../../supabase/tests/support/faulty-proxy.ts";
import { serveRequests } from "../../../../supabase/tests/support/loopback.ts";
import { testStack } from "../../../../supabase/tests/support/resources.ts";
import type { Progress, Switchboard, switchboard } from "../../src/index.ts";

/** What the page's script leaves for the tests. */
interface OfThePage {
  createClient(url: string, key: string, options: object): SupabaseClient;
  switchboard: typeof switchboard;
  api: Switchboard;
  abort: AbortController;
  seen: Progress[];
  result: ReturnType<Switchboard["attachments"]["upload"]>;
}

let browser: Browser;
let script: string;
beforeAll(async () => {
  const built = await build({
    stdin: {
      contents:
        'import { createClient } from "@supabase/supabase-js"; import { switchboard } from "./index.ts"; Object.assign(globalThis, { createClient, switchboard });',
      resolveDir: fileURLToPath(new URL("../../src", import.meta.url)),
    },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  script = built.outputFiles.map(({ text }) => text).join("");
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
});
afterAll(() => browser?.close());

/** A page of another origin whose script is signed in behind a proxy. */
async function openPage(proxy: FaultyProxy, token: string): Promise<Page> {
  const origin = await serveRequests(({ url }, outgoing) => {
    const isScript = url === "/client.js";
    outgoing.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    outgoing.end(isScript ? script : '<script type="module" src="/client.js"></script>');
  });
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(origin);
  await page.evaluate(
    ({ url, key, token }) => {
      const here = globalThis as unknown as OfThePage;
      const supabase = here.createClient(url, key, { accessToken: async () => token });
      here.abort = new AbortController();
      here.api = here.switchboard(supabase, { retries: 1, signal: here.abort.signal });
    },
    { url: proxy.url, key: testStack().publishable_key, token },
  );
  return page;
}

/** Begins to upload a file of so many bytes. */
const upload = (page: Page, ticketId: string, bytes: number) =>
  page.evaluate(
    ({ ticketId, bytes }) => {
      const here = globalThis as unknown as OfThePage;
      const file = new File(["name;amount\n".repeat(bytes / 12)], "a.csv", { type: "text/csv" });
      here.seen = [];
      here.result = here.api.attachments.upload(ticketId, file, {
        onProgress: (progress) => here.seen.push(progress),
      });
    },
    { ticketId, bytes },
  );
const progressOf = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as OfThePage).seen.map((each) => ({ ...each })));
const resultOf = (page: Page) => page.evaluate(() => (globalThis as unknown as OfThePage).result);

const BYTES = 9_000_000;
const filesThatCount = (ticketId: string) =>
  sql(
    "select from public.ticket_attachments where ticket_id = $1 and state in ('pending', 'ready')",
    [ticketId],
  );

test("a browser is told how much is sent while the rest is on its way", async () => {
  const [proxy, { owner, ticketId }] = await Promise.all([faultyProxy(), openDesk()]);
  const page = await openPage(proxy, owner.token);
  proxy.inflict("PUT /storage", { kind: "hold request" });
  await upload(page, ticketId, BYTES);
  await proxy.held;
  await expect
    .poll(() => progressOf(page))
    .toContainEqual({ loaded: expect.toSatisfy((n) => n > 0 && n < BYTES), total: BYTES });
  proxy.release();
  expect(await resultOf(page)).toMatchObject({ data: { state: "ready", size_bytes: BYTES } });
  const loaded = (await progressOf(page)).map((each) => each.loaded);
  expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
  expect([loaded.at(0), loaded.at(-1)]).toEqual([0, BYTES]);
});

test("a browser repeats an upload that Storage asks to repeat, and reads Retry-After of another origin", async () => {
  const [proxy, { owner, ticketId }] = await Promise.all([faultyProxy(), openDesk()]);
  const page = await openPage(proxy, owner.token);
  const refused = { kind: "refuse", status: 503, headers: { "retry-after": "0" } } as const;
  proxy.inflict("PUT /storage", refused);
  await upload(page, ticketId, 1200);
  expect(await resultOf(page)).toMatchObject({ data: { state: "ready" } });
  proxy.inflict("GET /functions/v1/user-limits", refused);
  const limits = await page.evaluate(() => (globalThis as unknown as OfThePage).api.limits.read());
  expect(limits).toMatchObject({ data: { plan_type: "free" } });
});

test.each(["cut", "aborted"])("an upload that is %s in a browser leaves nothing", async (how) => {
  const [proxy, { owner, ticketId }] = await Promise.all([faultyProxy(), openDesk()]);
  const page = await openPage(proxy, owner.token);
  const fault = { kind: how === "cut" ? "cut request" : "hold request" } as const;
  // A browser tries again by itself when a connection ends that it had used before.
  proxy.inflict("PUT /storage", ...Array.from({ length: 20 }, () => fault));
  await upload(page, ticketId, BYTES);
  if (how === "aborted") {
    await proxy.held;
    await page.evaluate(() => (globalThis as unknown as OfThePage).abort.abort());
  }
  const error = expect.objectContaining({ code: "network", status: 0 });
  expect(await resultOf(page)).toEqual({ data: null, error });
  expect(await filesThatCount(ticketId)).toEqual([]);
});
