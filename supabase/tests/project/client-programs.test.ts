import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { runPrograms } from "../support/doc-examples.ts";
import { testStack } from "../support/resources.ts";
import { anonymousClient } from "../support/users.ts";

it("every program of the page about clients runs as it stands, where it says", async () => {
  const [email, password] = [`${randomUUID()}@example.com`, randomUUID()];
  const { data } = await anonymousClient().auth.signUp({ email, password });
  const { url, publishable_key, secret_key } = testStack();
  // Deno stands in for a browser: it has fetch, WebSocket and localStorage as one has.
  const runtimes = ["deno", "node", "deno", "node", "node"] as const;
  const answers = await runPrograms("clients.md", runtimes, {
    url,
    email,
    password,
    "publishable key": publishable_key,
    "secret key": secret_key,
    "access token": data.session?.access_token ?? "",
    "user id": data.user?.id ?? "",
  });

  expect(answers).toEqual([
    { plan: "free", assistants: [] },
    { plan: "free" },
    { plan: "free" },
    { plan: "free", profiles: [{ email }] },
    { tasks: expect.any(Number), plan: "free", refused: 401 },
  ]);
});
