import { createPublicKey } from "node:crypto";
import {
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
  type JWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { serveFetch } from "../../../supabase/tests/support/loopback.ts";
import { ApiError } from "../../core/api-error.ts";
import { googleVerifier } from "./verifier.ts";

const now = new Date("2026-03-02T10:00:00Z");
const seconds = Math.floor(now.getTime() / 1000);
const audience = "https://switchboard.example/google-meet-webhook";
const serviceAccount = "push@project.iam.gserviceaccount.com";

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
let ours: KeyPair;
let others: KeyPair;
beforeAll(async () => {
  [ours, others] = await Promise.all([
    generateKeyPair("RS256", { extractable: true }),
    generateKeyPair("RS256", { extractable: true }),
  ]);
});

const claims = (more: Record<string, unknown> = {}): JWTPayload => ({
  iss: "https://accounts.google.com",
  aud: audience,
  sub: "113774264463038321964",
  email: serviceAccount,
  email_verified: true,
  iat: seconds - 10,
  exp: seconds + 3_590,
  ...more,
});

const sign = (payload: JWTPayload, pair = ours, kid = "one") =>
  new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid }).sign(pair.privateKey);

const jwkOf = async (pair: KeyPair, kid: string): Promise<JWK> => ({
  ...(await exportJWK(pair.publicKey)),
  kid,
  alg: "RS256",
  use: "sig",
});

/** A key server whose keys can be changed, and that counts its requests. */
async function keyServer() {
  const keys: JWK[] = [await jwkOf(ours, "one")];
  const state = { keys, status: 200, requests: 0 };
  const url = await serveFetch(async () => {
    state.requests++;
    return Response.json({ keys: state.keys }, { status: state.status });
  });
  return { state, verifier: googleVerifier({ jwksUrl: url, audience, serviceAccount }) };
}

type GoogleVerifier = ReturnType<typeof googleVerifier>;

async function verdict(verifier: GoogleVerifier, authorization: string | null) {
  const headers = new Headers(authorization === null ? {} : { authorization });
  const url = new URL("http://x/google-meet-webhook");
  const rawBody = new TextEncoder().encode("{}");
  const sent = { method: "POST", url, headers, rawBody, receivedAt: now };
  const proof = await verifier.verify(sent);
  return proof instanceof ApiError ? `${proof.status} ${proof.code}` : proof.email;
}

const of = async (verifier: GoogleVerifier, token: string | Promise<string>) =>
  verdict(verifier, `Bearer ${await token}`);

describe("the token of a push", () => {
  it.each(["https://accounts.google.com", "accounts.google.com"])(
    "is good from %s",
    async (iss) => {
      const { verifier } = await keyServer();
      expect(await of(verifier, sign(claims({ iss })))).toBe(serviceAccount);
    },
  );

  it.each<[string, Record<string, unknown>]>([
    ["another issuer", { iss: "https://accounts.example.com" }],
    ["another audience", { aud: `${audience}/` }],
    ["another audience by case", { aud: audience.toUpperCase() }],
    ["another account", { email: "else@project.iam.gserviceaccount.com" }],
    ["an unverified address", { email_verified: false }],
    ["an address verified by a word", { email_verified: "true" }],
    ["no address", { email: undefined }],
    ["no expiry", { exp: undefined }],
    ["no issue time", { iat: undefined }],
    ["a start in the future", { nbf: seconds + 3_600 }],
  ])("is refused with %s", async (_, more) => {
    const { verifier } = await keyServer();
    expect(await of(verifier, sign(claims(more)))).toBe("401 signature_invalid");
  });

  it("is refused once expired, a minute's difference of clocks aside", async () => {
    const { verifier } = await keyServer();
    expect(await of(verifier, sign(claims({ exp: seconds - 30 })))).toBe(serviceAccount);
    expect(await of(verifier, sign(claims({ exp: seconds - 61 })))).toBe("401 signature_stale");
  });

  it("is refused when it is signed by somebody else, under a known key id or another", async () => {
    const { verifier } = await keyServer();
    expect(await of(verifier, sign(claims(), others))).toBe("401 signature_invalid");
    expect(await of(verifier, sign(claims(), others, "two"))).toBe("401 signature_invalid");
  });

  it("is refused unsigned", async () => {
    const { verifier } = await keyServer();
    const unsigned = new UnsecuredJWT(claims()).encode();
    expect(await of(verifier, unsigned)).toBe("401 signature_invalid");
  });

  it("is refused with another algorithm than RS256, also when the key would do", async () => {
    const { state, verifier } = await keyServer();
    const { alg: _, ...anyAlgorithm } = await jwkOf(ours, "one");
    state.keys = [anyAlgorithm];
    expect(await of(verifier, sign(claims()))).toBe(serviceAccount);
    const key = await importPKCS8(await exportPKCS8(ours.privateKey), "RS512");
    const token = new SignJWT(claims()).setProtectedHeader({ alg: "RS512", kid: "one" }).sign(key);
    expect(await of(verifier, token)).toBe("401 signature_invalid");
  });

  it("is refused when HS256 was used with the public key as the secret", async () => {
    const { verifier } = await keyServer();
    const jwk = await exportJWK(ours.publicKey);
    const pem = createPublicKey({ key: { ...jwk, kty: "RSA" }, format: "jwk" });
    for (const secret of [pem.export({ type: "spki", format: "pem" }), JSON.stringify(jwk)]) {
      const token = new SignJWT(claims())
        .setProtectedHeader({ alg: "HS256", kid: "one" })
        .sign(new TextEncoder().encode(String(secret)));
      expect(await of(verifier, token)).toBe("401 signature_invalid");
    }
  });

  it.each([null, "", "Bearer", "Bearer x", "Basic YTpi", "Bearer a.b.c", "Bearer a.b.c.d"])(
    "is missing or none in %j",
    async (header) => {
      const { verifier } = await keyServer();
      expect(await verdict(verifier, header)).toMatch(/^401 signature_/);
    },
  );
});

describe("Google's keys", () => {
  it("are fetched once for many tokens", async () => {
    const { state, verifier } = await keyServer();
    const token = sign(claims());
    await Promise.all(Array.from({ length: 20 }, () => of(verifier, token)));
    expect(state.requests).toBe(1);
  });

  it("are fetched again for a new key id, but not for each of a flood of made-up ones", async () => {
    const { state, verifier } = await keyServer();
    const clock = vi.spyOn(Date, "now");
    expect(await of(verifier, sign(claims()))).toBe(serviceAccount);

    state.keys.push(await jwkOf(others, "two"));
    const rotated = sign(claims(), others, "two");
    expect(await of(verifier, rotated)).toBe("401 signature_invalid");
    clock.mockReturnValue(Date.now() + 31_000);
    expect(await of(verifier, rotated)).toBe(serviceAccount);
    expect(await of(verifier, sign(claims()))).toBe(serviceAccount);

    for (let i = 0; i < 20; i++) await of(verifier, sign(claims(), others, `made-up-${i}`));
    expect(state.requests).toBe(2);
    clock.mockRestore();
  });

  it("make it a 503 when they cannot be had, so that the push comes again", async () => {
    const { state, verifier } = await keyServer();
    state.status = 500;
    expect(await of(verifier, sign(claims()))).toBe("503 verification_unavailable");
    state.status = 200;
    expect(await of(verifier, sign(claims()))).toBe(serviceAccount);
    const nobody = googleVerifier({ jwksUrl: "http://127.0.0.1:1", audience, serviceAccount });
    expect(await of(nobody, sign(claims()))).toBe("503 verification_unavailable");
  });
});

it("nothing is accepted while nothing is configured", async () => {
  const verifier = googleVerifier(undefined);
  expect(await of(verifier, sign(claims()))).toBe("503 webhook_not_configured");
});
