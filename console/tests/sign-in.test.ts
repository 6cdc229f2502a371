import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testStack } from "../../supabase/tests/support/resources.ts";
import { enter, launch, open, seriousFindings, signIn, visit } from "./support/browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test("a wrong password is refused in words, the right one leads to the first page", async () => {
  const { page } = await visit(browser);
  await enter(page, "frida", "not this one");
  const words = await page.getByRole("alert").textContent();
  expect(words).toContain("No account has this address and this password");
  await signIn(page, "frida");
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  await page.context().close();
});

test("a demo person signs in by a button, and signs out", async () => {
  const { page, complaints } = await visit(browser, { width: 390 });
  await page.goto("/usage");
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("button", { name: /^gus/i }).click();
  // The address that was asked for is the one that opens.
  await page.getByRole("heading", { level: 1, name: "Usage" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  expect(await page.getByRole("status").count()).toBe(0);
  expect(complaints).toEqual([]);

  // Whoever signs in next sees nothing that the one before them read.
  await page.context().route("**/user-limits*", (route) => route.abort());
  await page.getByRole("button", { name: /^frida/i }).click();
  await page.getByText("Switchboard cannot be reached").first().waitFor();
  expect(await page.getByText("Plan pro").count()).toBe(0);
  await page.context().close();
});

test("a session that the server no longer takes ends in words", async () => {
  const { page } = await visit(browser);
  await signIn(page, "gus");
  await page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.endsWith("-auth-token")) ?? "";
    const session = JSON.parse(localStorage.getItem(key) ?? "{}");
    const ended = { ...session, expires_at: 1_000_000, refresh_token: "ended" };
    localStorage.setItem(key, JSON.stringify(ended));
  });
  await page.goto("/usage");
  await page.getByText("Your session has ended").waitFor();
  await page.context().close();
});

test("without JavaScript a sentence says what is missing", async () => {
  const answer = await fetch(testStack().url, { headers: { accept: "text/html" } });
  expect(await answer.text()).toMatch(/<noscript>\s*The console of Switchboard needs JavaScript/);
});

test("the usage page shows what the API answers", async () => {
  const { page, complaints } = await visit(browser, { as: "frida" });
  const told = page.waitForResponse((response) => response.url().endsWith("/user-limits"));
  await open(page, "/usage", "Usage");
  const limits: { current_assistants: number; max_assistants: number } = await (await told).json();
  const meter = page.getByRole("region", { name: "Assistants" });
  expect(await meter.textContent()).toContain(
    `${limits.current_assistants} of ${limits.max_assistants}`,
  );
  expect(complaints).toEqual([]);
  await page.context().close();
});
