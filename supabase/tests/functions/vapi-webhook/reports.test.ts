import { expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callTo, createTenant, storedCall, tellVapi, usedSeconds } from "../../support/vapi.ts";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

it("a call told from its request to its report is metered to the second", async () => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  expect(await tellVapi(call.request())).toEqual({
    assistantId: tenant.vapiAssistantId,
    assistantOverrides: { maxDurationSeconds: 600 },
  });
  for (const [status, second] of [
    ["ringing", -1],
    ["in-progress", 0],
    ["ended", 84],
  ] as const) {
    expect(await tellVapi(call.status(status, second))).toMatchObject({ status: "applied" });
  }
  expect(await tellVapi(call.report({ seconds: 84.3 }))).toMatchObject({ status: "applied" });

  expect(await storedCall(call.id)).toMatchObject({
    status: "ended",
    outcome: "completed",
    ended_reason: "customer-ended-call",
    duration_seconds: 85,
    user_id: tenant.user.id,
    assistant_id: tenant.assistantId,
    recording_url: `https://storage.example/recordings/${call.id}.wav`,
  });
  expect(await usedSeconds(tenant.user.id)).toBe(85);
});

it("the same report ten times at once, and status updates around it, count once", async () => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  const at = minutesAgo(1);
  // Presigned addresses are new at every delivery, so the bodies differ.
  const reports = Array.from({ length: 10 }, () => call.report({ seconds: 40, at }));
  await tellVapi(call.status("in-progress", 0));
  const answers = await Promise.all(reports.map((report) => tellVapi(report)));
  await tellVapi(call.status("ended", 40));
  await tellVapi(call.status("ringing", -1));

  expect(answers.map(({ status }) => status).sort()).toEqual([
    "applied",
    ...Array.from({ length: 9 }, () => "duplicate"),
  ]);
  expect(await storedCall(call.id)).toMatchObject({ status: "ended", duration_seconds: 40 });
  expect(await usedSeconds(tenant.user.id)).toBe(40);
});

it.each([[["older", "newer"]], [["newer", "older"]]] as const)(
  "of two reports, told as %j, the newer counts",
  async (order) => {
    const tenant = await createTenant();
    const call = callTo(tenant, minutesAgo(10));
    const reports = {
      older: call.report({ seconds: 85, at: minutesAgo(4) }),
      newer: call.report({ seconds: 100, at: minutesAgo(3) }),
    };
    for (const name of order) await tellVapi(reports[name]);
    expect(await storedCall(call.id)).toMatchObject({ duration_seconds: 100 });
    expect(await usedSeconds(tenant.user.id)).toBe(100);
  },
);

it.each([
  ["durationMs", { durationMs: 25_276 }],
  ["durationSeconds", { durationMs: null, durationSeconds: 25.276 }],
  ["durationMinutes", { durationMs: null, durationSeconds: undefined, durationMinutes: 0.42127 }],
])("a report without a start is measured by %s", async (_, keys) => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  await tellVapi(call.report({ seconds: 30, more: { startedAt: undefined, ...keys } }));
  expect(await storedCall(call.id)).toMatchObject({ duration_seconds: 26 });
});

it.each([
  ["the later first", [12, 0]],
  ["the earlier first", [0, 12]],
] as const)("two in-progress of different times date the start together, %s", async (_, order) => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  for (const second of order) {
    expect(await tellVapi(call.status("in-progress", second))).toMatchObject({ status: "applied" });
  }
  const nothing = { startedAt: undefined, durationMs: undefined, durationSeconds: undefined };
  await tellVapi(call.report({ seconds: 40, more: nothing }));
  expect(await storedCall(call.id)).toMatchObject({ duration_seconds: 40 });
  expect(await usedSeconds(tenant.user.id)).toBe(40);
  expect(await tellVapi(call.status("in-progress", 0))).toMatchObject({ status: "duplicate" });
});

it("a call that never connected costs no time", async () => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  const nothing = { startedAt: undefined, durationMs: undefined, durationSeconds: undefined };
  await tellVapi(
    call.report({ seconds: 3, endedReason: "customer-did-not-answer", more: nothing }),
  );
  expect(await storedCall(call.id)).toMatchObject({ duration_seconds: 0, outcome: "no_answer" });
  expect(await usedSeconds(tenant.user.id)).toBe(0);
});

it("content is found at message level where there is no artifact, and no signed address is stored", async () => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  const signed = `https://storage.example/${call.id}.wav?X-Amz-Signature=5ecre7`;
  const report = call.report({
    seconds: 12,
    more: {
      artifact: undefined,
      analysis: undefined,
      transcript: "AI: Hello.",
      summary: "A greeting.",
      recordingUrl: signed,
      presignedUrl: signed,
    },
  });
  await tellVapi(report);
  expect(await storedCall(call.id)).toMatchObject({
    transcript: "AI: Hello.",
    summary: "A greeting.",
    recording_url: `https://storage.example/${call.id}.wav`,
  });
});

it("presigned addresses and credentials of a delivery are nowhere in the inbox", async () => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  const report = call.report({
    seconds: 12,
    more: {
      assistant: {
        id: tenant.vapiAssistantId,
        server: { url: "https://x", headers: { a: "h1dden" } },
      },
      monitor: { controlUrl: "https://control.example/h1dden" },
    },
  });
  await tellVapi(report);
  const rows = await sql<{ payload: string; event: object }>(
    "select payload, event from public.webhook_events where provider = 'vapi' and payload like '%' || $1 || '%'",
    [call.id],
  );
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toMatch(/signature=|h1dden/);
});

it("a call whose assistant was deleted in the middle is still metered", async () => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  await tellVapi(call.request());
  await tellVapi(call.status("in-progress", 0));
  const { error } = await tenant.user.client
    .from("assistants")
    .delete()
    .eq("id", tenant.assistantId);
  expect(error).toBeNull();
  await tellVapi(call.report({ seconds: 61 }));
  expect(await storedCall(call.id)).toMatchObject({
    duration_seconds: 61,
    assistant_id: tenant.assistantId,
  });
  expect(await usedSeconds(tenant.user.id)).toBe(61);
});

it("a report of 4.9 MB is stored, one of more than 5 MiB is refused", async () => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  const messages = (bytes: number) => ({ messages: [{ role: "bot", message: "x".repeat(bytes) }] });
  expect(await tellVapi(call.report({ seconds: 10, more: messages(4_900_000) }))).toMatchObject({
    status: "applied",
  });
  await expect(tellVapi(call.report({ seconds: 11, more: messages(5_300_000) }))).rejects.toThrow(
    /^413 /,
  );
});

it.each([
  ["ends in 2999", { endedAt: "2999-01-01T00:00:00.000Z" }],
  ["began in 1970", { startedAt: "1970-01-01T00:00:00.000Z" }],
  ["was told in 2999", { timestamp: Date.UTC(2999, 0) }],
  ["was told in 1970", { timestamp: 0 }],
])("a report that %s is measured by what can be believed of it", async (_, more) => {
  const tenant = await createTenant();
  const call = callTo(tenant, minutesAgo(5));
  const answer = await tellVapi(call.report({ seconds: 84.3, more }));
  expect(answer).toMatchObject({ status: "applied" });
  expect(await storedCall(call.id)).toMatchObject({ duration_seconds: 85, outcome: "completed" });
  const isRecent = "between now() - interval '1 hour' and now() + interval '1 minute'";
  const rows = await sql(
    `select from public.call_logs where vapi_call_id = $1
       and called_at ${isRecent} and ended_at ${isRecent} and reported_at ${isRecent}`,
    [call.id],
  );
  expect(rows).toHaveLength(1);
  expect(await usedSeconds(tenant.user.id)).toBe(85);
});
