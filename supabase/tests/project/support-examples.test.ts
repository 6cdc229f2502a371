import { expect, it } from "vitest";
import { noErrors, runExamples } from "../support/doc-examples.ts";
import { createUser } from "../support/users.ts";

it("every example of the support page runs as it stands, and none is refused", async () => {
  const [customer, agent] = await Promise.all([createUser(), createUser("agent")]);
  const found = await runExamples("support.md", {
    customer: customer.client,
    agent: agent.client,
    agentId: agent.id,
  });

  expect(Object.keys(found.errors).length).toBeGreaterThan(10);
  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    ticket: { status: "open" },
    tickets: [{ subject: "Charged twice" }],
    found: [{ subject: "Charged twice" }],
    tags: ["refund", "vip"],
    draft: expect.stringMatching(/SB-\d{6} is refunded\.$/),
    merged: { subject: "Charged twice" },
    sla: { first_response_state: "on_track" },
    answered: { ticket: { status: "resolved" } },
    page: {
      messages: [{ body: "Here is my statement.", replies: [{ body: "Refunded, sorry." }] }],
    },
    survey: { rating: 5 },
    rated: { is_open: false, surveys: [{ rating: 4 }] },
    stats: { volumes: { by_category: {} } },
  });
});

it("the example of the page about operations runs as it stands", async () => {
  const { client: admin } = await createUser("admin");
  const found = await runExamples("../operations.md", { admin });

  expect(found.errors).toEqual(noErrors(found));
  expect(found.results.health).toMatchObject({
    providers: expect.any(Array),
    tasks: { open: expect.any(Number) },
    jobs: expect.any(Array),
    maintenance: expect.any(Object),
  });
});
