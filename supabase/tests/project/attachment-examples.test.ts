import { expect, it } from "vitest";
import { png } from "../fixtures/files/samples.ts";
import { openTicket } from "../support/attachments.ts";
import { noErrors, runExamples } from "../support/doc-examples.ts";
import { createUser } from "../support/users.ts";

it("every example of the attachments page runs as it stands, and none is refused", async () => {
  const customer = await createUser();
  const found = await runExamples("attachments.md", {
    customer: customer.client,
    ticketId: await openTicket(customer),
    picture: png(),
  });

  expect(Object.keys(found.errors).sort()).toEqual(
    [
      "announced_error",
      "uploading",
      "ready_error",
      "attached_error",
      "link_error",
      "deleting",
    ].sort(),
  );
  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    ready: { file_name: "empty page.png", content_type: "image/png", state: "ready" },
    attached: { file_name: "export.csv", state: "ready" },
  });
});
