import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { VapiCall } from "../../../../tools/simulate/vapi.ts";
import { sql } from "../../support/database.ts";
import { callTo, createTenant, deliverVapi, tellVapi } from "../../support/vapi.ts";

const inbox = (needle: string) =>
  sql<{ event_type: string; status: string }>(
    "select event_type, status from public.webhook_events where provider = 'vapi' and payload like '%' || $1 || '%'",
    [needle],
  );
const about = (type: string, needle: string, more: object = {}) => ({
  message: { type, timestamp: Date.now(), call: { id: needle }, ...more },
});

describe("a question has its documented answer and is not stored", () => {
  it.each([
    ["tool-calls", { results: [] }],
    ["function-call", { result: expect.any(String) }],
    ["transfer-destination-request", { error: expect.any(String) }],
    ["handoff-destination-request", { error: expect.any(String) }],
    ["knowledge-base-request", { documents: [] }],
    ["call.endpointing.request", { timeoutSeconds: expect.any(Number) }],
    ["voice-request", {}],
  ])("%s", async (type, answer) => {
    const needle = randomUUID();
    expect(await tellVapi(about(type, needle))).toEqual(answer);
    expect(await inbox(needle)).toEqual([]);
  });
});

describe("chatter is acknowledged and not stored", () => {
  it.each([
    "assistant.speechStarted",
    "assistant.started",
    "conversation-update",
    "hang",
    "language-change-detected",
    "model-output",
    "phone-call-control",
    "speech-update",
    "transcript",
    'transcript[transcriptType="final"]',
    "transfer-update",
    "user-interrupted",
    "voice-input",
  ])("%s", async (type) => {
    const needle = randomUUID();
    expect(await tellVapi(about(type, needle))).toEqual({ status: "ignored" });
    expect(await inbox(needle)).toEqual([]);
  });
});

describe("what has no effect is stored and ignored", () => {
  it.each([
    ["a type that VAPI has yet to invent", "call.moon-phase", {}],
    ["an uploaded artifact", "call.artifact.upload", {}],
    ["a deleted call", "call.deleted", {}],
    ["a status that says nothing", "status-update", { status: "not-found" }],
    ["a report about no call", "end-of-call-report", { call: {} }],
  ])("%s", async (_, type, more) => {
    const needle = randomUUID();
    expect(await tellVapi(about(type, needle, { ...more, needle }))).toMatchObject({
      status: "ignored",
    });
    expect(await inbox(needle)).toEqual([{ event_type: type, status: "ignored" }]);
  });

  it.each([[[]], [null], ["text"], [{}], [{ message: null }], [{ message: { type: "" } }]])(
    "a body that is no message: %j",
    async (body) => {
      const response = await deliverVapi(JSON.stringify(body));
      expect(response.status).toBe(200);
    },
  );
});

it("an event of a call that nobody owns yet is deferred, and duplicate when told again", async () => {
  const call = new VapiCall({ startedAt: new Date(), assistantId: randomUUID() });
  const report = call.report({ seconds: 1 });
  expect(await tellVapi(report)).toMatchObject({ status: "deferred" });
  expect(await tellVapi(report)).toMatchObject({ status: "duplicate" });
});

it("nonsense in every field of a report is no 500, and measures what can be read", async () => {
  const tenant = await createTenant();
  const call = callTo(tenant, new Date(Date.now() - 60_000));
  const report = call.report({
    seconds: 20,
    more: {
      endedReason: 7,
      cost: "free",
      costBreakdown: [],
      durationMs: -1,
      durationSeconds: "NaN",
      analysis: "none",
      artifact: { transcript: { a: 1 }, recordingUrl: "javascript:alert(1)", recording: [] },
      messages: null,
      customer: "me",
    },
  });
  expect(await tellVapi(report)).toMatchObject({ status: "applied" });
  const [row] = await sql(
    "select duration_seconds, transcript, recording_url from public.call_logs where vapi_call_id = $1",
    [call.id],
  );
  expect(row).toEqual({ duration_seconds: 20, transcript: null, recording_url: null });
});
