import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { storedCall, usedSeconds } from "../../support/vapi.ts";
import { callNumber, failVapi, placeAtVapi } from "../../support/vapi-cloud.ts";
import { openLine } from "../../support/vapi-line.ts";
import { taskOf, workOnTasks } from "../../support/work.ts";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

async function reconcile(): Promise<void> {
  await sql("select private.request_call_reconciliation(now())");
  await workOnTasks("reconcile_calls", "vapi");
}

it("a call whose report was lost is metered by asking VAPI, once", async () => {
  const line = await openLine();
  const played = await callNumber({
    phoneNumberId: line.vapiPhoneId,
    seconds: 73,
    startedAt: minutesAgo(8),
    lost: ["end-of-call-report"],
  });
  expect(await usedSeconds(line.user.id)).toBe(0);
  await reconcile();
  await reconcile();
  expect(await storedCall(played.callId)).toMatchObject({
    status: "ended",
    outcome: "completed",
    duration_seconds: 73,
    transcript: expect.any(String),
    recording_url: expect.stringMatching(/\.wav$/),
  });
  expect(await usedSeconds(line.user.id)).toBe(73);
});

it("a call of which not a single message arrived is found by its assistant", async () => {
  const line = await openLine();
  const id = randomUUID();
  const [createdAt, startedAt, endedAt] = [12, 11, 10].map((ago) => minutesAgo(ago).toISOString());
  await placeAtVapi("placed-calls", {
    id,
    type: "outboundPhoneCall",
    status: "ended",
    assistantId: line.vapiAssistantId,
    endedReason: "customer-ended-call",
    cost: 0.02,
    createdAt,
    startedAt,
    endedAt,
    updatedAt: new Date().toISOString(),
  });
  await reconcile();
  expect(await storedCall(id)).toMatchObject({ duration_seconds: 60, user_id: line.user.id });
  expect(await usedSeconds(line.user.id)).toBe(60);
});

it("an old call that changed long ago is asked for one by one while it is open here", async () => {
  const line = await openLine();
  const { callId } = await callNumber({
    phoneNumberId: line.vapiPhoneId,
    seconds: 40,
    startedAt: minutesAgo(30),
    lost: ["end-of-call-report"],
  });
  await sql("select public.record_call_reconciliation(now())");
  await sql(
    "update public.call_logs set first_seen_at = now() - interval '2 days' where vapi_call_id = $1",
    [callId],
  );
  await reconcile();
  expect(await storedCall(callId)).toMatchObject({ duration_seconds: 40 });
});

it("what the webhook told already is not stored a second time, and foreign calls not at all", async () => {
  const line = await openLine();
  const { callId } = await callNumber({
    phoneNumberId: line.vapiPhoneId,
    seconds: 20,
    startedAt: minutesAgo(6),
  });
  const foreign = randomUUID();
  await placeAtVapi("placed-calls", { id: foreign, status: "ended", assistantId: randomUUID() });
  await reconcile();
  const rows = await sql(
    "select event_type from public.webhook_events where event_type = 'call.fetched' and event #>> '{call,vapi_call_id}' = any ($1)",
    [[callId, foreign]],
  );
  expect(rows).toEqual([]);
  expect(await usedSeconds(line.user.id)).toBe(20);
});

it("with VAPI down the task waits, and the window does not move", async () => {
  const line = await openLine();
  const { callId } = await callNumber({
    phoneNumberId: line.vapiPhoneId,
    seconds: 25,
    startedAt: minutesAgo(7),
    lost: ["status-update", "end-of-call-report"],
  });
  await failVapi({ includes: "/call", method: "GET", status: 503 });
  await reconcile();
  expect(await taskOf("reconcile_calls", "vapi")).toMatchObject({
    state: "open",
    last_error: "vapi_503",
  });
  await workOnTasks("reconcile_calls", "vapi");
  expect(await taskOf("reconcile_calls", "vapi")).toMatchObject({ state: "done" });
  expect(await storedCall(callId)).toMatchObject({ duration_seconds: 25 });
});
