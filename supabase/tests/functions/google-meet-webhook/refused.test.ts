import { createPublicKey } from "node:crypto";
import { generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { expect, it } from "vitest";
import { GoogleMeetRun } from "../../../../tools/simulate/google-meet.ts";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { deliverGoogleMeet, newSpace, pushClaims, pushToken } from "../../support/google-meet.ts";
import { testStack } from "../../support/resources.ts";

const past = Math.floor(Date.now() / 1000) - 7_200;

async function signedByAnother() {
  const { privateKey } = await generateKeyPair("RS256");
  const header = { alg: "RS256", kid: "push-1" };
  return await new SignJWT(pushClaims()).setProtectedHeader(header).sign(privateKey);
}

async function signedWithThePublicKey() {
  const certs = await fetch(`${testStack().vendors.google}/certs`);
  const { keys } = await certs.json();
  const pem = createPublicKey({ key: keys[0], format: "jwk" }).export({
    type: "spki",
    format: "pem",
  });
  const header = { alg: "HS256", kid: "push-1" };
  const secret = new TextEncoder().encode(String(pem));
  return await new SignJWT(pushClaims()).setProtectedHeader(header).sign(secret);
}

it.each<[string, () => string | null | Promise<string>]>([
  ["no token", () => null],
  ["no JWT", () => "x"],
  ["another issuer", () => pushToken(pushClaims({ iss: "https://accounts.example.com" }))],
  ["another audience", () => pushToken(pushClaims({ aud: "https://else.example" }))],
  [
    "another account",
    () => pushToken(pushClaims({ email: "else@loopback.iam.gserviceaccount.com" })),
  ],
  ["an unverified address", () => pushToken(pushClaims({ email_verified: false }))],
  ["an expired token", () => pushToken(pushClaims({ iat: past, exp: past + 3_600 }))],
  ["an unsigned token", () => new UnsecuredJWT(pushClaims()).encode()],
  ["another key's signature", signedByAnother],
  ["HS256 by the public key", signedWithThePublicKey],
])("%s is 401 and nothing is stored", async (_, token) => {
  const run = new GoogleMeetRun(newSpace(), new Date());
  const push = run.started();
  const response = await deliverGoogleMeet(JSON.stringify(push), await token());
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ code: expect.stringMatching(/^signature_/) });
  const rows = await sql("select from public.webhook_events where dedupe_key like '%' || $1", [
    push.message.attributes["ce-id"],
  ]);
  expect(rows).toEqual([]);
});

it("a project's own key opens nothing", async () => {
  const { publishable_key, secret_key } = testStack();
  for (const key of [publishable_key, secret_key]) {
    const response = await callFunction("google-meet-webhook", {
      method: "POST",
      headers: { apikey: key, authorization: `Bearer ${key}` },
      body: JSON.stringify(new GoogleMeetRun(newSpace(), new Date()).started()),
    });
    expect(response.status).toBe(401);
  }
});

it("other methods and too large bodies are refused as everywhere", async () => {
  const get = await callFunction("google-meet-webhook", { method: "GET" });
  expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
  const large = await deliverGoogleMeet(JSON.stringify({ message: "x".repeat(1024 * 1024) }));
  expect(large.status).toBe(413);
});
