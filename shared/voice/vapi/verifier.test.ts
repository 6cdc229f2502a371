import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { vapiVerifier } from "./verifier.ts";

const SECRET = "unit-secret-of-vapi";
const BODY = '{"message":{"type":"status-update","status":"ended"}}';
const NOW = Date.UTC(2026, 10, 21, 12);

const sign = (text: string | Uint8Array, secret = SECRET) =>
  createHmac("sha256", secret).update(text).digest("hex");

function verify(
  headers: Record<string, string>,
  { secrets = [SECRET], body = BODY }: { secrets?: string[]; body?: string } = {},
) {
  return vapiVerifier(secrets).verify({
    method: "POST",
    url: new URL("http://x/vapi-webhook"),
    headers: new Headers(headers),
    rawBody: new TextEncoder().encode(body),
    receivedAt: new Date(NOW),
  });
}

const timed = (timestamp: number, secret = SECRET) => ({
  "x-timestamp": String(timestamp),
  "x-signature": sign(`${timestamp}.${BODY}`, secret),
});
const seconds = NOW / 1000;

describe("a signature with its time", () => {
  test.each([
    ["seconds", seconds],
    ["milliseconds", NOW],
  ])("in %s is good", (_, timestamp) => {
    expect(verify(timed(timestamp))).toEqual({ credential: "hmac" });
  });

  test("of the known vector is good", () => {
    // printf '1795262400.%s' "$BODY" | openssl dgst -sha256 -hmac unit-secret-of-vapi
    const signature = "290ced74bc742dab4b4907a954ccf40cfc9f3c3ee2ab7da4596f0adb6d904535";
    expect(verify({ "x-timestamp": "1795262400", "x-signature": signature })).toEqual({
      credential: "hmac",
    });
  });

  test.each([-300, 300])("%i s away from now is good, in either unit", (skew) => {
    expect(verify(timed(seconds + skew))).toEqual({ credential: "hmac" });
    expect(verify(timed(NOW + skew * 1000))).toEqual({ credential: "hmac" });
  });

  test.each([-301, 301, 86_400, -864_000])("%i s away from now is stale", (skew) => {
    const stale = { status: 401, code: "signature_stale" };
    expect(verify(timed(seconds + skew))).toMatchObject(stale);
    expect(verify(timed(NOW + skew * 1000))).toMatchObject(stale);
  });

  test("with a prefix or in upper case is the same signature", () => {
    const { "x-signature": signature, ...time } = timed(seconds);
    expect(verify({ ...time, "x-signature": `sha256=${signature}` })).toEqual({
      credential: "hmac",
    });
    expect(verify({ ...time, "x-signature": signature.toUpperCase() })).toEqual({
      credential: "hmac",
    });
  });

  test.each([
    ["of another body", { ...timed(seconds), "x-signature": sign(`${seconds}.{}`) }],
    ["of another time", { ...timed(seconds), "x-timestamp": String(seconds + 1) }],
    ["of another secret", timed(seconds, "other")],
    ["of the body alone", { ...timed(seconds), "x-signature": sign(BODY) }],
    ["that is cut", { ...timed(seconds), "x-signature": "ab" }],
    ["that is empty", { ...timed(seconds), "x-signature": "" }],
    ["with a time that is none", { ...timed(seconds), "x-timestamp": "1e9" }],
  ])("%s is not", (_, headers) => {
    expect(verify(headers)).toMatchObject({ status: 401, code: "signature_invalid" });
  });

  test("without its time is missing, so that leaving the time out does not help", () => {
    const { "x-signature": signature } = timed(seconds);
    expect(verify({ "x-signature": signature })).toMatchObject({
      status: 401,
      code: "signature_missing",
    });
  });

  test("that is wrong is not saved by a right token beside it", () => {
    expect(
      verify({
        ...timed(seconds, "other"),
        authorization: `Bearer ${SECRET}`,
        "x-vapi-secret": SECRET,
      }),
    ).toMatchObject({ status: 401, code: "signature_invalid" });
  });
});

describe("the plain signature of VAPI's examples", () => {
  test.each([sign(BODY), `sha256=${sign(BODY)}`])("%s is good", (signature) => {
    expect(verify({ "x-vapi-signature": signature })).toEqual({ credential: "hmac" });
  });

  test("is good beside a time that it does not sign", () => {
    const headers = { "x-vapi-signature": sign(BODY), "x-timestamp": "1" };
    expect(verify(headers)).toEqual({ credential: "hmac" });
  });

  test("that signs its time has to be recent", () => {
    const at = (time: number) => ({
      "x-timestamp": String(time),
      "x-vapi-signature": `sha256=${sign(`${time}.${BODY}`)}`,
    });
    expect(verify(at(NOW))).toEqual({ credential: "hmac" });
    expect(verify(at(seconds - 301))).toMatchObject({ code: "signature_stale" });
  });

  test("of another body is not", () => {
    expect(verify({ "x-vapi-signature": sign("{}") })).toMatchObject({
      status: 401,
      code: "signature_invalid",
    });
  });
});

describe("a shared secret", () => {
  test.each([
    ["bearer", { authorization: `Bearer ${SECRET}` }],
    ["bearer", { authorization: `bearer ${SECRET}` }],
    ["secret", { "x-vapi-secret": SECRET }],
  ])("as %s is good: %j", (credential, headers) => {
    expect(verify(headers)).toEqual({ credential });
  });

  test.each([
    { authorization: "Bearer other" },
    { authorization: `Bearer ${SECRET}x` },
    { "x-vapi-secret": "" },
    { "x-vapi-secret": SECRET.slice(1) },
    { "x-vapi-secret": "other", authorization: `Bearer ${SECRET}` },
  ])("that is wrong is not: %j", (headers) => {
    expect(verify(headers)).toMatchObject({ status: 401, code: "signature_invalid" });
  });

  test.each([{}, { authorization: `Basic ${SECRET}` }, { authorization: "Bearer " }])(
    "that is absent is missing: %j",
    (headers) => {
      expect(verify(headers)).toMatchObject({ status: 401, code: "signature_missing" });
    },
  );
});

describe("rotation", () => {
  test("accepts the old and the new secret by every credential", () => {
    const both = { secrets: ["next", SECRET] };
    for (const secret of both.secrets) {
      expect(verify(timed(seconds, secret), both)).toEqual({ credential: "hmac" });
      expect(verify({ "x-vapi-secret": secret }, both)).toEqual({ credential: "secret" });
      expect(verify({ authorization: `Bearer ${secret}` }, both)).toEqual({ credential: "bearer" });
    }
  });

  test("without any secret nothing is accepted, and VAPI sends again", () => {
    for (const headers of [timed(seconds), { authorization: "Bearer " }, {}]) {
      expect(verify(headers, { secrets: [] })).toMatchObject({
        status: 503,
        code: "webhook_not_configured",
      });
    }
  });
});

test("presigned links and credentials are secrets that are never stored", () => {
  const { isSecretKey } = vapiVerifier([SECRET]);
  for (const key of ["presignedMonoUrl", "presignedLogUrl", "twilioAuthToken", "controlUrl"]) {
    expect([key, isSecretKey(key)]).toEqual([key, true]);
  }
  for (const key of ["recordingUrl", "transcript", "type", "id"]) {
    expect([key, isSecretKey(key)]).toEqual([key, false]);
  }
});
