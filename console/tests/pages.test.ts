import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, open, seriousFindings, signIn, visit } from "./support/browser.ts";

const lesson = "/classes/00000000-0000-4000-8000-000000000301";
const ticket = "00000000-0000-4000-8000-000000000401";

/** Each role's pages with what the seed has for it: the address, the heading, words that only real data brings. */
const walks: readonly {
  name: string;
  pages: readonly (readonly [string, string, string])[];
}[] = [
  {
    name: "gus",
    pages: [
      ["/dashboard", "Dashboard", "customer-ended-call"],
      ["/calls", "Calls", "Dispatch"],
      ["/assistants", "Assistants", "Quotes"],
      ["/numbers", "Numbers", "+12125550111"],
      ["/usage", "Usage", "Plan pro"],
      ["/tickets", "Tickets", "Charged twice in March"],
      [`/tickets/${ticket}`, "Charged twice in March", "It has arrived."],
      ["/notifications", "Notifications", "reply"],
      ["/account", "Account", "Time zone"],
    ],
  },
  {
    name: "clara",
    pages: [
      ["/classes?when=past", "Classes", "Spanish A1, lesson 7"],
      [lesson, "Spanish A1, lesson 7", "Keiko Mori"],
    ],
  },
  {
    name: "ines",
    pages: [
      ["/classes", "Classes", "Business Spanish"],
      [lesson, "Spanish A1, lesson 7", "Your attendance"],
    ],
  },
  {
    name: "ben",
    pages: [
      ["/desk", "Desk", "Cannot join today's lesson"],
      [`/desk/${ticket}`, "Charged twice in March", "Internal note"],
      ["/statistics", "Statistics", "Promises"],
    ],
  },
  { name: "alma", pages: [["/admin", "Health", "Jobs"]] },
];

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

describe.each(walks)("the pages of $name", ({ name, pages }) => {
  test.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)("in %s colours, %i px wide", async (colorScheme, width) => {
    const { context, page, complaints } = await visit(browser, { colorScheme, width });
    await signIn(page, name);
    for (const [path, heading, words] of pages) {
      await open(page, path, heading);
      await page.getByText(words).first().waitFor();
      expect.soft(await seriousFindings(page), path).toEqual([]);
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect.soft(wider, `${path} scrolls sideways`).toBe(0);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});

test("numbers and times are in the visitor's own format and zone", async () => {
  const { context, page } = await visit(browser);
  await signIn(page, "helga");
  await open(page, "/dashboard", "Dashboard");
  await page.getByText("Days in Europe/Berlin").waitFor();
  const figures = (await page.getByRole("main").textContent()) ?? "";
  expect(figures).toMatch(/\d,\d+\s\$/);
  await context.close();
});
