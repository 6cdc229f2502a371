import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, open, seriousFindings, visit } from "./support/browser.ts";

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
      ["/mails", "Mails", "Discarded"],
      ["/replies", "Saved replies", "New reply"],
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

/** What is wrong with the page as it is shown now. */
async function faults(page: Page): Promise<string[]> {
  const wider = await page.evaluate(async () => {
    // A menu may still be on its way out of the picture.
    const running = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(running.map(({ finished }) => finished));
    return document.documentElement.scrollWidth - document.documentElement.clientWidth;
  });
  return [...(await seriousFindings(page)), ...(wider > 0 ? ["It scrolls sideways."] : [])];
}

test.each(walks)(
  "the pages of $name, in both colours, on a desk and on a phone",
  async ({ name, pages }) => {
    const { context, page, complaints } = await visit(browser, { as: name });
    for (const [path, heading, words] of pages) {
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 1280, height: 900 });
      await open(page, path, heading);
      await page.getByText(words).first().waitFor();
      expect.soft(await faults(page), `${path} in light colours, 1280 px`).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await page.setViewportSize({ width: 390, height: 900 });
      await page.locator("html[data-mantine-color-scheme=dark]").waitFor();
      expect.soft(await faults(page), `${path} in dark colours, 390 px`).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await context.close();
  },
);

test("numbers and times are in the visitor's own format and zone", async () => {
  const { context, page } = await visit(browser, { as: "helga" });
  await open(page, "/dashboard", "Dashboard");
  await page.getByText("Days in Europe/Berlin").waitFor();
  const figures = (await page.getByRole("main").textContent()) ?? "";
  expect(figures).toMatch(/\d,\d+\s\$/);
  await context.close();
});
