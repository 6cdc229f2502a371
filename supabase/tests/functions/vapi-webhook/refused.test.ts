import { createHmac, randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { signVapi } from "../../../../tools/simulate/vapi.ts";
import { sqlOne } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { testStack } from "../../support/resources.ts";
import { deliverVapi } from "../../support/vapi.ts";

const bodyOf = (needle: string) =>
  JSON.stringify({ message: { type: "call.deleted", call: { id: needle } } });
const secret = () => testStack().secrets.vapi;
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);

async function stored(needle: string) {
  const { count } = await sqlOne<{ count: number }>(
    "select count(*)::integer as count from public.webhook_events where payload like '%' || $1 || '%'",
    [needle],
  );
  return count;
}

const seconds = (body: string, at: Date) => {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const hmac = createHmac("sha256", secret()).update(`${timestamp}.${body}`).digest("hex");
  return { "x-timestamp": timestamp, "x-signature": hmac };
};

it.each([
  ["milliseconds", (body: string) => signVapi(body, secret())],
  ["seconds", (body: string) => seconds(body, new Date())],
  [
    "the plain header",
    (body: string) => ({
      "x-vapi-signature": `sha256=${createHmac("sha256", secret()).update(body).digest("hex")}`,
    }),
  ],
  ["a bearer token", () => ({ authorization: `Bearer ${secret()}` })],
  ["X-Vapi-Secret", () => ({ "x-vapi-secret": secret() })],
])("a delivery proved by %s is stored", async (_, headersOf) => {
  const needle = randomUUID();
  const body = bodyOf(needle);
  expect((await deliverVapi(body, headersOf(body))).status).toBe(200);
  expect(await stored(needle)).toBe(1);
});

it.each([
  ["forged", "signature_invalid", (body: string) => signVapi(body, "not the secret")],
  ["signed for another body", "signature_invalid", () => signVapi("{}", secret())],
  ["stale", "signature_stale", (body: string) => signVapi(body, secret(), ago(310))],
  ["stale in seconds", "signature_stale", (body: string) => seconds(body, ago(310))],
  [
    "signed ahead of time",
    "signature_stale",
    (body: string) => signVapi(body, secret(), ago(-310)),
  ],
  ["with another bearer token", "signature_invalid", () => ({ authorization: "Bearer nonsense" })],
  ["with another secret", "signature_invalid", () => ({ "x-vapi-secret": "nonsense" })],
  ["without anything", "signature_missing", () => ({})],
])("a delivery that is %s is 401 and leaves nothing", async (_, code, headersOf) => {
  const needle = randomUUID();
  const body = bodyOf(needle);
  const response = await deliverVapi(body, headersOf(body));
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ code, request_id: expect.any(String) });
  expect(await stored(needle)).toBe(0);
});

it("a user's access token and the publishable key prove nothing", async () => {
  const { publishable_key } = testStack();
  const response = await deliverVapi(bodyOf("x"), { authorization: `Bearer ${publishable_key}` });
  expect(response.status).toBe(401);
});

it("a proved delivery that is not JSON is 400 and leaves nothing", async () => {
  const needle = randomUUID();
  const response = await deliverVapi(`{"message": "${needle}"`);
  expect(response.status).toBe(400);
  expect(await stored(needle)).toBe(0);
});

it.each(["GET", "PUT", "DELETE"])("%s is 405", async (method) => {
  const response = await callFunction("vapi-webhook", { method });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("POST");
});
