import { expect, it } from "vitest";
import { sqlOne } from "../support/database.ts";
import { noErrors, runExamples } from "../support/doc-examples.ts";
import { createUser } from "../support/users.ts";

it("every example of the page for admins runs as it stands, and none is refused", async () => {
  const [{ id: userId }, admin] = await Promise.all([createUser(), createUser("admin")]);
  const { id: eventId } = await sqlOne<{ id: string }>(
    `insert into public.webhook_events (provider, dedupe_key, event_type, payload, event, status, attempts, next_attempt_at, settled_at, last_error)
     values ('zoom', gen_random_uuid()::text, 'meeting.sharing_started', '{"event": "meeting.sharing_started"}',
       '{"kind": "meeting_informational", "provider": "zoom"}', 'dead', 6, null, now(), 'P0001 broken') returning id`,
  );
  const found = await runExamples("admin.md", { admin: admin.client, userId, eventId });

  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    event: { id: eventId, last_error: "P0001 broken", payload: { event: expect.any(String) } },
    receipt: { status: "ignored", event_id: eventId },
    account: { id: userId, limits: { plan_type: "free" } },
    limits: { user_id: userId, max_assistants: 5 },
    barred: { account_status: "suspended" },
    restored: { account_status: "active" },
    setting: { name: "ticket_reopen_window", value: "14 days" },
    target: { priority: "low", first_response_seconds: 86_400 },
  });
  expect(found.results.log).toMatchObject({
    actions: [
      { action: "restore_account" },
      { action: "suspend_account" },
      { action: "set_limits" },
    ],
  });
});
