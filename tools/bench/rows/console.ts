import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumPath } from "../../../console/tests/support/chromium.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { makeCalls } from "../bench-database.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, spread } from "../samples.ts";

const MANY = 1_000_000;
const FEW = 100;
const ROUNDS = 9;
const BUDGET_MS = 1000;

/** Pages over an account's calls, and what of each is there once it shows what it is about. */
const pages = [
  ["/calls", "tbody tr"],
  ["/dashboard", ".recharts-surface"],
  ["/usage", "[role=progressbar]"],
] as const;

/** The least that a page of this build takes: nobody is signed in, and nothing is asked for. */
const empty = ["/", "input[type=password]"] as const;

/** A new account with that many calls; its session as the browser keeps it. */
async function accountWith(
  stack: Stack,
  client: pg.Client,
  calls: number,
  say: (line: string) => void,
): Promise<string> {
  const response = await fetch(`${stack.url}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: stack.publishable_key, "content-type": "application/json" },
    body: JSON.stringify({ email: `calls-${calls}@bench.test`, password: "as good as any" }),
  });
  if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
  const session = await response.text();
  const { user }: { user: { id: string } } = JSON.parse(session);
  await client.query("update public.user_limits set plan_type = 'enterprise' where user_id = $1", [
    user.id,
  ]);
  await client.query(
    "insert into public.assistants (user_id, name) select $1, 'Desk ' || n from generate_series(1, 5) n",
    [user.id],
  );
  await makeCalls({ client }, user.id, calls, say);
  return session;
}

/** Milliseconds from asking for a page until it shows its content, as its own clock has them. */
async function shownIn(page: Page, [path, content]: readonly [string, string]): Promise<number> {
  await page.goto(path, { waitUntil: "commit" });
  const found = await page.waitForFunction(
    (selector) => (document.querySelector(selector) === null ? null : performance.now()),
    content,
    { polling: "raf", timeout: 60_000 },
  );
  const shown = await found.jsonValue();
  await page.waitForLoadState("networkidle");
  return shown ?? Number.NaN;
}

async function run(say: (line: string) => void): Promise<Row[]> {
  const data = await mkdtemp(join(tmpdir(), "switchboard-bench-"));
  const stack = await startStack({
    data,
    port: 0,
    seed: false,
    scheduler: false,
    durable: false,
    console: true,
  });
  const client = new pg.Client({ connectionString: stack.db_url });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
  try {
    await client.connect();
    await client.query("set statement_timeout = 0");
    const visit = async (session?: string): Promise<Page> => {
      const [host] = new URL(stack.url).hostname.split(".");
      const localStorage =
        session === undefined ? [] : [{ name: `sb-${host}-auth-token`, value: session }];
      const context: BrowserContext = await browser.newContext({
        baseURL: stack.url,
        reducedMotion: "reduce",
        viewport: { width: 1280, height: 900 },
        storageState: { cookies: [], origins: [{ origin: stack.url, localStorage }] },
      });
      return context.newPage();
    };
    const nobody = await visit();
    const few = await visit(await accountWith(stack, client, FEW, say));
    const many = await visit(await accountWith(stack, client, MANY, say));
    const rows: Row[] = [];
    for (const page of pages) {
      const [manyMs = [], fewMs = [], emptyMs = []] = await inTurn(ROUNDS, [
        () => shownIn(many, page),
        () => shownIn(few, page),
        () => shownIn(nobody, empty),
      ]);
      rows.push({
        what: `the console's ${page[0]} with 1,000,000 calls of its account / with 100 / the sign-in page`,
        budget: "≤ 1 s",
        result: `${(median(manyMs) / 1000).toFixed(2)} s`,
        holds: median(manyMs) <= BUDGET_MS,
        sides: [manyMs, fewMs, emptyMs].map((samples) => spread(samples, "ms")).join(" / "),
      });
    }
    return rows;
  } finally {
    await browser.close();
    await client.end();
    await stack.stop();
    await rm(data, { recursive: true, force: true });
  }
}

export default { name: "console", section: "console", run } satisfies Bench;
