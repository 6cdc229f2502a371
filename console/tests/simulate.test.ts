import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testStack } from "../../supabase/tests/support/resources.ts";
import voiceDay from "../../tools/simulate/scenes/010-voice-day.ts";
import zoomClass from "../../tools/simulate/scenes/030-zoom-class.ts";
import supportTicket from "../../tools/simulate/scenes/040-support-ticket.ts";
import { createStage } from "../../tools/simulate/stage.ts";
import { launch, open, visit } from "./support/browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test("what npm run simulate plays is seen by the demo people", async () => {
  const stage = { ...createStage(testStack()), say: () => {} };
  for (const scene of [voiceDay, zoomClass, supportTicket]) await scene.play(stage);
  const demo = stage.people.filter(({ isSeeded }) => isSeeded).map(({ email }) => email);
  expect(demo).toEqual(expect.arrayContaining(["gus@example.com", "clara@example.com"]));

  const gus = await visit(browser, { as: "gus" });
  await open(gus.page, "/calls", "Calls");
  await gus.page.getByRole("row", { name: /3 min 8 s/ }).waitFor();
  await gus.page.getByRole("row", { name: /busy/i }).first().waitFor();
  const clara = await visit(browser, { as: "clara" });
  await open(clara.page, "/classes?when=past", "Classes");
  await clara.page.getByRole("link", { name: "Spanish A1, group B" }).first().click();
  const row = (name: RegExp) => clara.page.getByRole("row", { name }).getByRole("img");
  await row(/Noor Haddad.*Late/).waitFor();
  expect(await row(/Ines Duarte.*Present/).getAttribute("aria-label")).toMatch(/ to .*, .* to /);
  const mina = await visit(browser, { as: "mina" });
  await open(mina.page, "/tickets", "Tickets");
  await mina.page.getByRole("link", { name: "The lesson's link opens an empty page" }).click();
  await mina.page.getByRole("region", { name: "Your rating" }).waitFor();
  expect([gus, clara, mina].flatMap(({ complaints }) => complaints)).toEqual([]);
  for (const { context } of [gus, clara, mina]) await context.close();
});
