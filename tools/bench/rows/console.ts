import type pg from "pg";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumPath } from "../../../console/tests/support/chromium.ts";
import { storageState } from "../../../console/tests/support/storage-state.ts";
import type { Stack } from "../../../local/stack.ts";
import { makeConfirmedUser, sessionOf } from "../../confirmed-user.ts";
import { giveAssistants, liftLimits, makeCalls } from "../bench-database.ts";
import { withBenchStack } from "../bench-stack.ts";
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
  const user = await makeConfirmedUser((sql, values) => client.query(sql, values), "Bench");
  await giveAssistants(client, await liftLimits(client, [user.id]), 5);
  await makeCalls({ client }, user.id, calls, say);
  return await sessionOf(stack, user);
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

async function measure(
  stack: Stack,
  client: pg.Client,
  browser: Browser,
  say: (line: string) => void,
): Promise<Row[]> {
  const visit = async (session?: string): Promise<Page> => {
    const context: BrowserContext = await browser.newContext({
      baseURL: stack.url,
      reducedMotion: "reduce",
      viewport: { width: 1280, height: 900 },
      storageState: storageState(stack.url, session),
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
}

async function run(say: (line: string) => void): Promise<Row[]> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
  try {
    return await withBenchStack({ durable: false, console: true }, (stack, client) =>
      measure(stack, client, browser, say),
    );
  } finally {
    await browser.close();
  }
}

export default { name: "console", section: "console", run } satisfies Bench;
