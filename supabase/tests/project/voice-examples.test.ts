import { expect, it } from "vitest";
import { insertCall } from "../support/calls.ts";
import { noErrors, runExamples } from "../support/doc-examples.ts";
import { testStack } from "../support/resources.ts";
import { createUser } from "../support/users.ts";
import { createTenant, storedCall } from "../support/vapi.ts";
import { connectVapi } from "../support/vapi-cloud.ts";

it("every example of the analytics page runs as it stands, and none is refused", async () => {
  const { id, client } = await createUser();
  const call = await insertCall(id);
  const found = await runExamples("analytics.md", { supabase: client });

  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    dashboard: { range: { from: "2026-03-01", to: "2026-03-31", days: 31 } },
    same: { range: { from: "2026-03-01", to: "2026-03-31", days: 31 } },
    page: { calls: [{ id: call }], next_cursor: null },
    call: { id: call },
    csv: expect.stringContaining(call),
  });
});

it("every example of the page about limits runs as it stands, and none is refused", async () => {
  const { client, token } = await createUser();
  const { url, publishable_key: publishableKey } = testStack();
  const given = { supabase: client, url, publishableKey, accessToken: token };
  const found = await runExamples("user-limits.md", given);

  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    limits: { plan_type: "free", max_assistants: 1, remaining_call_time_seconds: 600 },
    overview: { plan_type: "free", max_assistants: 1, remaining_call_time_seconds: 600 },
    page: { entries: [{ action_type: "account_created" }], next_cursor: null },
  });
});

it("every example of the page about numbers runs as it stands, and none is refused", async () => {
  await connectVapi();
  const { user, assistantId } = await createTenant();
  const found = await runExamples("phone-numbers.md", {
    supabase: user.client,
    assistantId,
    accountSid: `AC${"0".repeat(32)}`,
    authToken: "a token of these tests",
  });

  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    imported: { provider: "twilio", friendly_name: "Front desk", assistant_id: assistantId },
    bought: { provider: "vapi", area_code: "415" },
    unassigned: { friendly_name: "Night desk", assistant_id: null },
    numbers: expect.any(Array),
  });
});

it("the delivery of the webhook's page is applied as it stands", async () => {
  const { vapiAssistantId } = await createTenant();
  const { url, secrets } = testStack();
  const callId = crypto.randomUUID();
  const given = { url, secret: secrets.vapi, callId, vapiAssistantId };
  const { results } = await runExamples("vapi-webhook.md", given);

  expect(results.answer).toMatchObject({ status: "applied" });
  expect(await storedCall(callId)).toMatchObject({ status: "in_progress" });
});
