import { expect, test } from "vitest";
import { testStack } from "../../supabase/tests/support/resources.ts";

const { url } = testStack();

test("the reference is a page of the gateway with all that it loads", async () => {
  const page = await fetch(`${url}/docs`);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  const html = await page.text();
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
  expect(loaded).toContain("/docs/swagger-ui-bundle.js");
  // The policy of the page forbids what stands in the page itself or comes from elsewhere.
  expect(loaded.filter((path) => !path.startsWith("/docs/"))).toEqual([]);
  expect(html).not.toMatch(/<script(?! src)/);
  const answers = await Promise.all(loaded.map((path) => fetch(url + path)));
  expect(answers.map(({ status }) => status)).toEqual(loaded.map(() => 200));
});

test("the document names the stack that serves it", async () => {
  const document = await fetch(`${url}/docs/openapi.json`).then((answer) => answer.json());
  expect(document).toMatchObject({ openapi: "3.1.1", servers: [{ url }] });
  expect(Object.keys(document.paths)).toContain("/functions/v1/user-limits");
});

test.each(["/docs/../package.json", "/docs/package.json", "/docs/%2e%2e/package.json"])(
  "%s is not served",
  async (path) => {
    expect((await fetch(url + path)).status).toBe(404);
  },
);
