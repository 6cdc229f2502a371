import { expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callTo, createTenant, storedCall, type Tenant, tellVapi } from "../../support/vapi.ts";

const ask = (tenant: Tenant) => tellVapi(callTo(tenant).request());
const refusal = { error: expect.stringMatching(/^Sorry, .+\.$/) };

it.each([
  ["the plan's cap", {}, 600, 600],
  ["the assistant's cap", { max_duration_seconds: 120 }, 600, 120],
  ["what is left", { max_duration_seconds: 3600 }, 300, 300],
  ["the assistant's cap when unlimited", { max_duration_seconds: 43_200 }, null, 43_200],
  ["the last ten seconds", {}, 10, 10],
])("an inbound call is granted %s", async (_, configuration, limit, seconds) => {
  const tenant = await createTenant(configuration, limit);
  expect(await ask(tenant)).toEqual({
    assistantId: tenant.vapiAssistantId,
    assistantOverrides: { maxDurationSeconds: seconds },
  });
});

it("the same call asked twice, and ten times at once, gets the same answer", async () => {
  const tenant = await createTenant({}, 100);
  const call = callTo(tenant);
  const first = await tellVapi(call.request());
  const again = await Promise.all(Array.from({ length: 10 }, () => tellVapi(call.request())));
  expect(new Set([first, ...again].map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(first).toMatchObject({ assistantOverrides: { maxDurationSeconds: 100 } });
  expect(await ask(tenant)).toEqual(refusal);
});

const changes: [string, (tenant: Tenant) => PromiseLike<unknown>][] = [
  [
    "nine seconds left",
    ({ user }) =>
      sql("update public.user_limits set max_call_time_seconds = 9 where user_id = $1", [user.id]),
  ],
  [
    "an inactive assistant",
    ({ user, assistantId }) =>
      user.client.from("assistants").update({ is_active: false }).eq("id", assistantId),
  ],
  [
    "no assistant",
    ({ user, phoneNumberId }) =>
      user.client.from("phone_numbers").update({ assistant_id: null }).eq("id", phoneNumberId),
  ],
  [
    "an assistant that VAPI does not have yet",
    ({ assistantId }) =>
      sql("update public.assistants set vapi_assistant_id = null where id = $1", [assistantId]),
  ],
  [
    "a trial that is over by the clock alone",
    ({ user }) =>
      sql(
        "update public.profiles set demo_expires_at = now() - interval '1 second' where id = $1",
        [user.id],
      ),
  ],
  [
    "a suspended account",
    ({ user }) =>
      sql("update public.profiles set account_status = 'suspended' where id = $1", [user.id]),
  ],
  [
    "a released number",
    ({ phoneNumberId }) =>
      sql("update public.phone_numbers set status = 'released' where id = $1", [phoneNumberId]),
  ],
];

it.each(changes)("with %s the call is refused in words, with 200", async (_, change) => {
  const tenant = await createTenant();
  await change(tenant);
  expect(await ask(tenant)).toEqual(refusal);
});

it("an unknown number, and a request that names no call, are refused in words", async () => {
  const tenant = await createTenant();
  expect(
    await ask({
      ...tenant,
      vapiPhoneId: "00000000-0000-4000-8000-000000000000",
      number: "+15550001111",
    }),
  ).toEqual(refusal);
  expect(await tellVapi({ message: { type: "assistant-request", call: {} } })).toEqual(refusal);
});

it("an assignment holds from the next call on", async () => {
  const tenant = await createTenant();
  const { assistantId, phoneNumberId, user } = tenant;
  await user.client.from("phone_numbers").update({ assistant_id: null }).eq("id", phoneNumberId);
  expect(await ask(tenant)).toEqual(refusal);
  await user.client
    .from("phone_numbers")
    .update({ assistant_id: assistantId })
    .eq("id", phoneNumberId);
  expect(await ask(tenant)).toMatchObject({ assistantId: tenant.vapiAssistantId });
});

it("a refused call stays refused, whatever its status updates say, and costs nothing", async () => {
  const tenant = await createTenant({}, 5);
  const call = callTo(tenant, new Date(), null);
  expect(await tellVapi(call.request())).toEqual(refusal);
  const endedReason = "assistant-request-returned-error";
  await tellVapi(call.status("ended", 1, { endedReason }));
  await tellVapi(call.report({ seconds: 0, endedReason, more: { startedAt: undefined } }));
  await sql("update public.user_limits set max_call_time_seconds = 600 where user_id = $1", [
    tenant.user.id,
  ]);
  expect(await tellVapi(call.request())).toEqual(refusal);
  expect(await storedCall(call.id)).toMatchObject({
    outcome: "rejected",
    duration_seconds: 0,
    granted_seconds: 0,
  });
});
