import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { demoPassword } from "../../../local/demo-people.ts";
import { testStack } from "../../../supabase/tests/support/resources.ts";
import type { TestUser } from "../../../supabase/tests/support/users.ts";
import { sessionOf } from "../../../tools/confirmed-user.ts";
import { chromiumPath } from "./chromium.ts";
import { storageState } from "./storage-state.ts";

/** Started once for a test file. */
export function launch(): Promise<Browser> {
  // Tests run as root in containers, where Chromium's sandbox does not start.
  return chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
}

/** A visitor: a browser of their own, and what it complained about. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the console and of scripts. */
  readonly complaints: readonly string[];
}

/** Whom the API signed in, by address: people sign in once for a test file. */
const sessions = new Map<string, Promise<string>>();

/** A session of one of the demo people, by their first name. */
function demoSession(name: string): Promise<string> {
  const email = `${name}@example.com`;
  const known = sessions.get(email) ?? sessionOf(testStack(), { email, password: demoPassword });
  sessions.set(email, known);
  return known;
}

interface VisitOptions {
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
  /** Somebody who has signed in already: a demo person by name, or a user of the test's own. */
  readonly as?: string | TestUser;
}

async function sessionFor(as: string | TestUser): Promise<string> {
  if (typeof as === "string") return demoSession(as);
  const { data } = await as.client.auth.getSession();
  return JSON.stringify(data.session);
}

export async function visit(
  browser: Browser,
  { colorScheme = "light", width = 1280, as }: VisitOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: testStack().url,
    ...(as !== undefined && {
      storageState: storageState(testStack().url, await sessionFor(as)),
    }),
    colorScheme,
    locale: "de-DE",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    viewport: { width, height: 900 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { context, page, complaints };
}

/** Fills the form of the sign-in page, as anybody would. */
export async function enter(page: Page, name: string, password: string): Promise<void> {
  await page.goto("/");
  await page.getByRole("textbox", { name: "Email" }).fill(`${name}@example.com`);
  await page.locator("input[type=password]").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Signs in as one of the demo people. */
export async function signIn(page: Page, name: string): Promise<void> {
  await enter(page, name, demoPassword);
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
}

/** What axe-core finds that is serious, as sentences. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated by the browser's debugger, which the page's content security policy does not bind.
  await page.evaluate(axe.source);
  const results = await page.evaluate(() => {
    const { axe: found } = globalThis as unknown as { axe: typeof axe };
    return found.run({ resultTypes: ["violations"] });
  });
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Opens a page and waits until it shows its heading and nothing is on its way. */
export async function open(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
}
