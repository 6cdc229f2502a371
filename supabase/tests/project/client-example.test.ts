import { expect, inject, it } from "vitest";
import { day } from "../../../packages/client/examples/day.ts";
import { sql } from "../support/database.ts";
import { openTicket } from "../support/desk.ts";
import { createUser, realtime } from "../support/users.ts";

it("a stranger's program runs as it stands", async () => {
  const user = await createUser();
  await openTicket(user);
  await user.client.auth.updateUser({ password: "a password of theirs" });
  const { url, publishable_key: publishableKey } = inject("stack");
  const password = "a password of theirs";
  const options = { realtime };
  const lines = await day({ url, publishableKey, email: user.email, password, options });
  expect(lines).toEqual([
    "free: 600 seconds left",
    "0 calls in 30 days",
    "0 of 21 bytes",
    "21 of 21 bytes",
    "sent 1 file",
    expect.stringMatching(/^exported .*accounts/),
  ]);
  expect(
    await sql("select 1 from public.ticket_attachments where user_id = $1", [user.id]),
  ).toHaveLength(1);
});
