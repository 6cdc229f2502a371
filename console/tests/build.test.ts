import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, open, visit } from "./support/browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test("the first load is below 250 kB gzipped, without the charts", async () => {
  const { context, page } = await visit(browser, { as: "gus" });
  const files = new Map<string, Promise<Buffer>>();
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (/^\/(assets\/.*)?$|^\/usage$/.test(pathname)) files.set(pathname, response.body());
  });
  await open(page, "/usage", "Usage");
  await page.waitForLoadState("networkidle");
  const sizes = await Promise.all(
    [...files].map(async ([name, body]) => [name, gzipSync(await body).byteLength] as const),
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  expect(sizes.length).toBeGreaterThan(5);
  expect(sizes.map(([name]) => name).filter((name) => name.includes("chart"))).toEqual([]);
  expect(total, JSON.stringify(sizes, null, 1)).toBeLessThan(250_000);
  await context.close();
});
