import { expect, it } from "vitest";
import { noErrors, runExamples } from "../support/doc-examples.ts";
import { createUser } from "../support/users.ts";

it("every example of the page about accounts runs as it stands, and none is refused", async () => {
  const [{ id, client }, admin] = await Promise.all([createUser(), createUser("admin")]);
  const found = await runExamples("accounts.md", {
    supabase: client,
    admin: admin.client,
    userId: id,
  });

  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    promoted: { id, role: "teacher", is_demo: false },
    limits: { user_id: id, plan_type: "pro", max_assistants: 10 },
    profile: { full_name: "Clara Vogel", time_zone: "Europe/Vienna" },
    wish: { deletion_requested_at: expect.any(String), deleted_after: expect.any(String) },
    newest: [{ kind: "plan" }],
    older: [],
    unread: [{ kind: "deletion_requested" }],
  });
});

it("the export of the page about accounts comes together as it stands", async () => {
  const [{ id, client }, admin] = await Promise.all([createUser(), createUser("admin")]);
  const given = { supabase: client, admin: admin.client, userId: id };
  const { results } = await runExamples("accounts.md", given);
  expect(results.sections).toMatchObject({ "accounts.profile": [{ id }] });
});
