import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { signZoom } from "../../../../tools/simulate/zoom.ts";
import { callFunction } from "../../support/functions.ts";
import { testStack } from "../../support/resources.ts";
import { deliverZoom, inboxCount } from "../../support/zoom.ts";

const bodyOf = (needle: string) =>
  JSON.stringify({
    event: "meeting.started",
    event_ts: Date.now(),
    payload: { object: { id: 1, uuid: needle } },
  });
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
const sign = (body: string, at?: Date) => signZoom(body, testStack().secrets.zoom, at);

async function expectRefusal(response: Response, status: number, code: string, needle: string) {
  expect(await response.json()).toMatchObject({ code });
  expect(response.status).toBe(status);
  expect(response.headers.get("x-request-id")).toBeTruthy();
  expect(await inboxCount(needle)).toBe(0);
}

it.each([
  ["forged", "signature_invalid", (body: string) => signZoom(body, "not the secret")],
  ["signed for another body", "signature_invalid", () => sign("{}")],
  ["stale", "signature_stale", (body: string) => sign(body, ago(310))],
  ["signed ahead of time", "signature_stale", (body: string) => sign(body, ago(-310))],
  ["unsigned", "signature_missing", () => ({ "content-type": "application/json" })],
  [
    "signed in another way",
    "signature_invalid",
    (body: string) => ({ ...sign(body), "x-zm-signature": "v1=00" }),
  ],
])("a %s delivery is 401 and leaves nothing", async (_, code, headersOf) => {
  const needle = randomUUID();
  const body = bodyOf(needle);
  const response = await callFunction("zoom-webhook", {
    method: "POST",
    body,
    headers: headersOf(body),
  });
  await expectRefusal(response, 401, code, needle);
});

it("a truncated delivery is 401: its signature is that of the whole", async () => {
  const needle = randomUUID();
  const body = bodyOf(needle);
  const response = await callFunction("zoom-webhook", {
    method: "POST",
    body: body.slice(0, -5),
    headers: sign(body),
  });
  await expectRefusal(response, 401, "signature_invalid", needle);
});

it("a signed delivery that is not JSON is 400 and leaves nothing", async () => {
  const needle = randomUUID();
  await expectRefusal(await deliverZoom(`{"event": "${needle}"`), 400, "invalid_json", needle);
});

it("a delivery of 2 MiB is 413, signed or not", async () => {
  const needle = randomUUID();
  const body = JSON.stringify({ event: needle, filler: "x".repeat(2 * 1024 * 1024) });
  await expectRefusal(await deliverZoom(body), 413, "payload_too_large", needle);
});

it.each(["GET", "PUT", "DELETE"])("%s is 405", async (method) => {
  const response = await callFunction("zoom-webhook", { method });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("POST");
});

it("a delivery that breaks off half-way leaves nothing, and the next one is served", async () => {
  const needle = randomUUID();
  const body = bodyOf(needle);
  const { hostname, port } = new URL(testStack().url);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      const headers = Object.entries(sign(body)).map(([name, value]) => `${name}: ${value}\r\n`);
      const head = `POST /functions/v1/zoom-webhook HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: ${body.length}\r\n${headers.join("")}\r\n`;
      socket.write(head + body.slice(0, body.length / 2), () => socket.destroy());
    });
    socket.on("close", () => resolve()).on("error", reject);
  });
  expect((await deliverZoom(body)).status).toBe(200);
  expect(await inboxCount(needle)).toBe(1);
});
