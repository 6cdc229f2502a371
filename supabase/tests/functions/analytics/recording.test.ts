import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { insertCall } from "../../support/calls.ts";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { testStack } from "../../support/resources.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { atVapi, failVapi, placeAtVapi } from "../../support/vapi-cloud.ts";

const recordingUrl = "https://storage.example/lasting.wav";

const open = (user: TestUser, id: string, redirect: RequestRedirect = "manual") =>
  callFunction(`analytics/calls/${id}/recording`, { user, redirect });

async function recordedCall(user: TestUser) {
  const { id: vapiCallId } = await placeAtVapi("placed-calls", { status: "ended" });
  return { vapiCallId, id: await insertCall(user.id, { vapiCallId, recordingUrl }) };
}

it("leads the owner to a fresh link each time", async () => {
  const user = await createUser();
  const { id, vapiCallId } = await recordedCall(user);
  const [one, other] = [await open(user, id), await open(user, id)];
  expect([one.status, other.status]).toEqual([302, 302]);
  expect(one.headers.get("cache-control")).toBe("no-store");
  const location = one.headers.get("location") ?? "";
  expect(location).toContain(`${testStack().vendors.vapi}/__files/${vapiCallId}`);
  expect(other.headers.get("location")).not.toBe(location);
  expect(await (await fetch(location)).json()).toBe("a recording");
});

it("another's call, an unknown one and one without a recording are a 404, and VAPI is not asked", async () => {
  const [user, other] = [await createUser(), await createUser()];
  const { id, vapiCallId } = await recordedCall(user);
  const silent = await insertCall(user.id);
  expect((await open(other, id)).status).toBe(404);
  expect((await open(user, randomUUID())).status).toBe(404);
  expect((await open(user, silent)).status).toBe(404);
  expect(await atVapi("requests", vapiCallId)).toEqual([]);
});

it.each([
  "https://storage.vapi.ai/call-mono.wav?signature=1",
  "https://account.r2.cloudflarestorage.com/call-mono.wav?X-Amz-Signature=1",
])("leads to %s, which is VAPI's", async (location) => {
  const user = await createUser();
  const { id, vapiCallId } = await recordedCall(user);
  await failVapi({ includes: vapiCallId, ...leads, headers: { location } });
  const response = await open(user, id);
  expect([response.status, response.headers.get("location")]).toEqual([302, location]);
});

it.each(["..", "."])(
  "a call with the id %s is a 404, and VAPI is asked for nothing",
  async (id) => {
    const user = await createUser();
    await sql("delete from public.call_logs where vapi_call_id = $1", [id]);
    const call = await insertCall(user.id, { vapiCallId: id, recordingUrl });
    expect((await open(user, call)).status).toBe(404);
    expect(await atVapi("requests", "mono-recording")).not.toContainEqual(
      expect.objectContaining({ path: "/mono-recording" }),
    );
  },
);

it("a recording that VAPI has no longer is a 404", async () => {
  const user = await createUser();
  const id = await insertCall(user.id, { recordingUrl });
  expect((await open(user, id)).status).toBe(404);
});

const leads = { mode: "refuse", status: 302 };
it.each([
  ["answers 500", { mode: "refuse", status: 500 }],
  ["answers 429", { mode: "refuse", status: 429 }],
  ["refuses our key", { mode: "refuse", status: 401 }],
  ["never answers", { mode: "hang" }],
  ["leads to no web address", { ...leads, headers: { location: "file:///etc/passwd" } }],
  ["leads to plain http", { ...leads, headers: { location: "http://storage.vapi.ai/1.wav" } }],
  ["leads to a stranger", { ...leads, headers: { location: "https://vapi.ai.example/1.wav" } }],
])("VAPI that %s is a 503 that says when to come back", async (_, fault) => {
  const user = await createUser();
  const { id, vapiCallId } = await recordedCall(user);
  await failVapi({ includes: vapiCallId, ...fault });
  const response = await open(user, id);
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).not.toBeNull();
  expect(await response.json()).toMatchObject({ code: "voice_provider_unavailable" });
  expect((await open(user, id)).status).toBe(302);
});

it("a recording that VAPI sends itself arrives whole, however long it takes", async () => {
  const user = await createUser();
  const { id, vapiCallId } = await recordedCall(user);
  const headers = { "content-type": "audio/wav" };
  // Longer than VAPI has to begin its answer here.
  const fault = { mode: "trickle", status: 200, body: "a long recording", milliseconds: 3_000 };
  await failVapi({ includes: vapiCallId, headers, ...fault });
  const response = await open(user, id);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("audio/wav");
  expect(response.headers.get("content-disposition")).toBe("attachment");
  expect(await response.text()).toBe(JSON.stringify("a long recording"));
});

it("without a token it is a 401", async () => {
  expect((await callFunction(`analytics/calls/${randomUUID()}/recording`)).status).toBe(401);
});
