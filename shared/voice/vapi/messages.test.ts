import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { normalizeFetchedCall, normalizeVapiMessage } from "./messages.ts";

const folder = new URL("../../../supabase/tests/fixtures/vapi/", import.meta.url);
const fixture = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8")).message;
const AT = "2026-05-11T15:05:35.210Z";

function normalize(message: Record<string, unknown>) {
  const { type, timestamp: _, ...rest } = message;
  return normalizeVapiMessage({ type: String(type), occurredAt: AT, message: rest });
}
const report = () => fixture("end-of-call-report.json");
const reported = (change: object) => normalize({ ...report(), ...change });

const call = {
  vapi_call_id: "3c8f5f0a-6c1b-4b0f-8f0e-0d6f4a1b2c3d",
  vapi_assistant_id: "5e0c7a54-9a0d-4f2b-a1b5-7f1e2d3c4b5a",
  vapi_phone_number_id: "9b7d6c5e-1f2a-4b3c-8d4e-5f6a7b8c9d0e",
  called_number: "+15550104477",
  customer_number: "+15550107788",
  direction: "inbound",
};

describe("a report", () => {
  test("is read from the message, and only its identity from the call's snapshot", () => {
    expect(normalize(report())).toEqual({
      kind: "call_reported",
      provider: "vapi",
      occurred_at: AT,
      call,
      ended_reason: "assistant-said-end-call-phrase",
      started_at: "2026-05-11T15:04:02.000Z",
      ended_at: "2026-05-11T15:05:27.400Z",
      duration_ms: 85_400,
      cost: 0.1317,
      cost_breakdown: { stt: 0.0051, llm: 0.0112, total: 0.1317 },
      transcript: "AI: Good morning.\nUser: I need a plumber.\n",
      summary: "The caller needs a plumber.",
      structured_data: { trade: "plumber" },
      success_evaluation: "8",
      recording_url: "https://recordings.example/3c8f5f0a-mono.wav",
    });
  });

  test.each([
    ["duration_ms", { durationMs: 1000, durationSeconds: 2, durationMinutes: 3 }, 1000],
    ["duration_ms", { durationMs: null, durationSeconds: 25.276, durationMinutes: 3 }, 25_276],
    ["duration_ms", { durationMs: -5, durationSeconds: undefined, durationMinutes: 0.5 }, 30_000],
    ["duration_ms", { durationMs: "85400", durationSeconds: null, durationMinutes: null }, null],
    ["started_at", { startedAt: 1_778_511_842_000 }, "2026-05-11T15:04:02.000Z"],
    ["started_at", { startedAt: "yesterday" }, null],
    ["started_at", { startedAt: "-271821-04-20T00:00:00Z" }, null],
    ["ended_reason", { endedReason: "a-reason-yet-to-be-invented" }, "a-reason-yet-to-be-invented"],
    ["ended_reason", { endedReason: { a: 1 } }, null],
    ["cost", { cost: -1 }, null],
    ["cost", { cost: 1e9 }, null],
    ["success_evaluation", { analysis: { successEvaluation: true } }, "true"],
    ["success_evaluation", { analysis: { successEvaluation: 7 } }, "7"],
    ["success_evaluation", { analysis: { successEvaluation: "" } }, null],
    ["structured_data", { analysis: { structuredData: ["a"] } }, ["a"]],
    ["summary", { analysis: {}, summary: "At message level." }, "At message level."],
    ["transcript", { artifact: {}, transcript: "At message level." }, "At message level."],
  ])("%s of %j is %j", (key, change, value) => {
    expect(reported(change)).toHaveProperty(key, value);
  });

  test.each([
    [
      { artifact: { recording: { mono: { combinedUrl: "https://r.example/a.wav" } } } },
      "https://r.example/a.wav",
    ],
    [{ artifact: {}, recordingUrl: "https://r.example/b.wav" }, "https://r.example/b.wav"],
    [
      { artifact: { recordingUrl: "https://r.example/c.wav?X-Sig=1#x" } },
      "https://r.example/c.wav",
    ],
    [{ artifact: { recordingUrl: "http://r.example/d.wav" } }, null],
    [{ artifact: { recordingUrl: "javascript:alert(1)" } }, null],
    [{ artifact: { recordingUrl: "https://user:word@r.example/e.wav" } }, null],
    [{ artifact: { presignedMonoUrl: "https://r.example/f.wav?sig=1" } }, null],
  ])("the recording of %j is %j", (change, url) => {
    expect(reported({ recordingUrl: undefined, ...change })).toHaveProperty("recording_url", url);
  });

  test("without a call is informational", () => {
    for (const none of [{}, null, [], { id: "" }, { id: 7 }]) {
      expect(reported({ call: none })).toMatchObject({ kind: "call_informational" });
    }
  });
});

describe("identity", () => {
  test.each([
    ["inboundPhoneCall", "inbound"],
    ["outboundPhoneCall", "outbound"],
    ["webCall", "web"],
    ["vapi.websocketCall", "web"],
    ["constructor", "inbound"],
  ])("a %s is %s", (type, direction) => {
    const { call: snapshot } = report();
    expect(reported({ call: { ...snapshot, type } })).toMatchObject({ call: { direction } });
  });

  test("assistant and number are found beside the call, a caller may be anything", () => {
    const told = normalize({
      type: "status-update",
      status: "ringing",
      call: { id: "c", customer: { sipUri: "sip:x@example.com" } },
      assistant: { id: "a" },
      phoneNumber: { id: "p", number: "sip:not-e164" },
    });
    expect(told).toMatchObject({
      call: {
        vapi_call_id: "c",
        vapi_assistant_id: "a",
        vapi_phone_number_id: "p",
        called_number: null,
        customer_number: "sip:x@example.com",
      },
    });
  });
});

describe("a status", () => {
  test.each([
    ["scheduled", "queued"],
    ["queued", "queued"],
    ["ringing", "ringing"],
    ["in-progress", "in_progress"],
    ["forwarding", "forwarding"],
    ["ended", "ended"],
  ])("%s is %s", (status, ours) => {
    const told = normalize({ ...fixture("status-update.json"), status });
    expect(told).toMatchObject({ kind: "call_status_changed", status: ours, call });
    expect(told).toHaveProperty("ended_reason", ours === "ended" ? "customer-ended-call" : null);
  });

  test.each(["not-found", "deletion-failed", "__proto__", ""])("%s says nothing", (status) => {
    const told = normalize({ ...fixture("status-update.json"), status });
    expect(told).toMatchObject({ kind: "call_informational" });
  });
});

describe("a fetched call", () => {
  const fetched = () => {
    const { call: snapshot, endedReason, startedAt, endedAt, cost, artifact, analysis } = report();
    return {
      ...snapshot,
      phoneNumber: { number: "+15550104477" },
      status: "ended",
      endedReason,
      startedAt,
      endedAt,
      cost,
      artifact,
      analysis,
      updatedAt: AT,
    };
  };

  test("that has ended says the same as its report", () => {
    const {
      duration_ms: _,
      cost_breakdown: __,
      ...said
    } = { duration_ms: 0, cost_breakdown: 0, ...normalize(report()) };
    expect(normalizeFetchedCall(fetched())).toMatchObject(said);
  });

  test("that goes on is a status, dated by its last change", () => {
    expect(normalizeFetchedCall({ ...fetched(), status: "in-progress" })).toMatchObject({
      kind: "call_status_changed",
      status: "in_progress",
      occurred_at: AT,
    });
  });

  test.each([
    null,
    {},
    [],
    { id: "c", status: "not-found", updatedAt: AT },
    { id: "c", status: "ended" },
  ])("that says nothing is nothing: %j", (body) => {
    expect(normalizeFetchedCall(body)).toBeNull();
  });
});

test("every fixture is understood", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  expect(names.length).toBeGreaterThan(3);
  for (const name of names) {
    expect([name, normalize(fixture(name)).kind]).toEqual([name, expect.stringMatching(/^call_/)]);
  }
});
