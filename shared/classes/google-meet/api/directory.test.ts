import { expect, it } from "vitest";
import { serveFetch } from "../../../../supabase/tests/support/loopback.ts";
import { vendorClient } from "../../../vendor/client.ts";
import { findAddresses } from "./directory.ts";

const signal = new AbortController().signal;

async function ask(answer: () => Response, reason?: string) {
  const baseUrl = await serveFetch(async () => answer());
  const directory = vendorClient({ vendor: "google", baseUrl, reasonOf: () => reason });
  return await findAddresses(directory, "117", signal);
}

it("an account has its primary address and its aliases", async () => {
  const user = { id: "117", primaryEmail: "Ann@school.example", aliases: ["a@school.example"] };
  expect(await ask(() => Response.json(user))).toEqual(["Ann@school.example", "a@school.example"]);
  expect(await ask(() => Response.json({ primaryEmail: "b@school.example" }))).toEqual([
    "b@school.example",
  ]);
});

it("an account of another domain has none, and one that may not be asked about is not told", async () => {
  expect(await ask(() => new Response(null, { status: 404 }))).toEqual([]);
  expect(await ask(() => new Response(null, { status: 403 }), "forbidden")).toBeUndefined();
});

it.each([
  [403, "userRateLimitExceeded"],
  [403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT"],
  [503, undefined],
])("%s %s says nothing about the account", async (status, reason) => {
  await expect(ask(() => new Response(null, { status }), reason)).rejects.toMatchObject({ status });
});
