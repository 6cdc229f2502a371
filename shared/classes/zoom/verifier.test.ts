import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { zoomChallengeAnswer, zoomVerifier } from "./verifier.ts";

// A computed vector of the published scheme.
const VECTOR = {
  secret: "test-secret",
  timestamp: "1658940994",
  body: '{"event":"endpoint.url_validation","event_ts":1654503849680,"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}',
  signature: "v0=e41b80ec492be1078263f102e1dea8827e06e9718387a5419497eabcc07fad47",
};

interface Sent {
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly signature?: string | null;
  readonly timestamp?: string | null;
  readonly atSeconds?: number;
  readonly secrets?: readonly string[];
}

function verify(sent: Sent) {
  const headers = new Headers();
  const { signature = VECTOR.signature, timestamp = VECTOR.timestamp, body = VECTOR.body } = sent;
  if (signature !== null) headers.set("x-zm-signature", signature);
  if (timestamp !== null) headers.set("x-zm-request-timestamp", timestamp);
  return zoomVerifier(sent.secrets ?? [VECTOR.secret]).verify({
    method: "POST",
    url: new URL("http://x/zoom-webhook"),
    headers,
    rawBody: typeof body === "string" ? new TextEncoder().encode(body) : body,
    receivedAt: new Date((sent.atSeconds ?? Number(VECTOR.timestamp)) * 1000),
  });
}

function signed(secret: string, timestamp: string, body: string | Uint8Array) {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex")}`;
}

const at = Number(VECTOR.timestamp);

describe("Zoom's signature", () => {
  test("of the known vector is good, and proves its secret", () => {
    expect(verify({})).toEqual({ secret: VECTOR.secret });
  });

  test.each([-300, 0, 300])("%i s away from now is good", (skew) => {
    expect(verify({ atSeconds: at + skew })).toEqual({ secret: VECTOR.secret });
  });

  test.each([-301, 301, 86_400])("%i s away from now is stale", (skew) => {
    expect(verify({ atSeconds: at + skew })).toMatchObject({
      status: 401,
      code: "signature_stale",
    });
  });

  test("by any of several secrets is good, and the one that signed is the proof", () => {
    expect(verify({ secrets: ["next", VECTOR.secret] })).toEqual({ secret: VECTOR.secret });
  });

  test("counts over the raw bytes, whatever they say", () => {
    const body = new Uint8Array([0x7b, 0xff, 0x00, 0xed, 0xa0, 0x80]);
    const signature = signed(VECTOR.secret, VECTOR.timestamp, body);
    expect(verify({ body, signature })).toEqual({ secret: VECTOR.secret });
  });

  test.each<[string, Sent, string]>([
    ["no signature", { signature: null }, "signature_missing"],
    ["an empty signature", { signature: "" }, "signature_missing"],
    ["no timestamp", { timestamp: null }, "signature_missing"],
    ["a body changed by one space", { body: `${VECTOR.body} ` }, "signature_invalid"],
    ["another timestamp", { timestamp: String(at + 1) }, "signature_invalid"],
    ["a shorter signature", { signature: VECTOR.signature.slice(0, -2) }, "signature_invalid"],
    ["a longer signature", { signature: `${VECTOR.signature}00` }, "signature_invalid"],
    ["upper-case hex", { signature: VECTOR.signature.toUpperCase() }, "signature_invalid"],
    ["no version", { signature: VECTOR.signature.slice(3) }, "signature_invalid"],
    ["letters beyond ASCII", { signature: `v0=${"é".repeat(64)}` }, "signature_invalid"],
    ["another secret", { secrets: ["other"] }, "signature_invalid"],
    [
      "the empty secret",
      { signature: signed("", VECTOR.timestamp, VECTOR.body) },
      "signature_invalid",
    ],
  ])("with %s is refused", (_, sent, code) => {
    expect(verify(sent)).toMatchObject({ status: 401, code });
  });

  test.each([`${at}000`, `${at}.0`, ` ${at}`, "NaN", "Infinity", "-1", "1e9"])(
    "over the timestamp %j is never good, even when it is signed",
    (timestamp) => {
      const signature = signed(VECTOR.secret, timestamp, VECTOR.body);
      expect(verify({ timestamp, signature })).toMatchObject({ status: 401 });
    },
  );

  test("without a configured secret proves nothing: 503, so that Zoom sends again", () => {
    const signature = signed("", VECTOR.timestamp, VECTOR.body);
    expect(verify({ secrets: [], signature })).toMatchObject({
      status: 503,
      code: "webhook_not_configured",
    });
  });
});

test("a url_validation is answered with the token and its HMAC", () => {
  expect(zoomChallengeAnswer({ secret: VECTOR.secret }, "qgg8vlvZRS6UYooatFL8Aw")).toEqual({
    plainToken: "qgg8vlvZRS6UYooatFL8Aw",
    encryptedToken: "82079ed66225fed153e0854735aa9702e1d67137a69c96a00957941f942b8de7",
  });
});

test("links and passwords that let somebody in are secrets that are never stored", () => {
  const { isSecretKey } = zoomVerifier([VECTOR.secret]);
  for (const key of [
    "join_url",
    "start_url",
    "play_url",
    "password",
    "download_token",
    "plainToken",
  ]) {
    expect([key, isSecretKey(key)]).toEqual([key, true]);
  }
  for (const key of ["uuid", "topic", "join_time", "email"]) {
    expect([key, isSecretKey(key)]).toEqual([key, false]);
  }
});
