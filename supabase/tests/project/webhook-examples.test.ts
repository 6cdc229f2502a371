import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";
import { noErrors, runExamples } from "../support/doc-examples.ts";
import { createUser } from "../support/users.ts";
import { receive } from "../support/webhooks.ts";

it("every example of the page about webhooks runs as it stands, and none is refused", async () => {
  const [{ client }, { url }] = await Promise.all([createUser(), receive()]);
  const found = await runExamples("webhooks.md", { supabase: client, url, Webhook });

  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    endpoint: { url, state: "active", kinds: ["call.ended", "ticket.created", "ticket.resolved"] },
    event: {},
    paused: { state: "paused" },
    started: { state: "active" },
    rotated: { secret: expect.stringMatching(/^whsec_/) },
    log: [{ kind: "endpoint.test" }],
    replayed: 0,
  });
});
