import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { captureLog } from "../../supabase/tests/support/platform-environment.ts";
import { observe } from "./observe.ts";

beforeEach(() => void captureLog());
afterEach(() => vi.restoreAllMocks());

const answered = (answer: () => Promise<Response>) =>
  observe(answer)(new Request("http://x/functions/v1/thing"));

test.each<[string, () => Promise<Response>]>([
  ["an answer", async () => Response.json({ a: 1 })],
  ["nothing", async () => new Response(null, { status: 204 })],
  ["a failure", () => Promise.reject(new Error("of the inside"))],
])(
  "%s is neither stored by a browser nor taken for another type than it says",
  async (_, answer) => {
    const { headers } = await answered(answer);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  },
);

test("an answer that says itself how long it may be kept is kept so", async () => {
  const headers = { "cache-control": "private, max-age=60" };
  const response = await answered(async () => new Response("", { headers }));
  expect(response.headers.get("cache-control")).toBe("private, max-age=60");
});
