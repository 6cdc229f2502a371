import { expect, it } from "vitest";
import { noErrors, runExamples } from "../support/doc-examples.ts";
import { createUser } from "../support/users.ts";

it("every example of the page about assistants runs as it stands", async () => {
  const { client } = await createUser();
  const found = await runExamples("assistants.md", { supabase: client });

  const { refused, ...others } = found.errors;
  expect(refused).toMatchObject({ code: "PT402" });
  expect(others).toEqual(noErrors({ ...found, errors: others }));
  expect(found.results).toMatchObject({
    created: { provisioning: "pending", is_active: true, revision: 1 },
    state: { provisioning_error: null },
    edited: { name: "Night desk", is_active: false, configuration: { temperature: 0.2 } },
    full: { code: "limit_reached", limit: "assistants", used: 1, allowed: 1 },
  });
});
