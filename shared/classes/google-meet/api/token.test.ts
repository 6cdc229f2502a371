import { decodeJwt, exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { serveFetch } from "../../../../supabase/tests/support/loopback.ts";

const account = "switchboard@project.iam.gserviceaccount.com";
let assertions: string[];
let answer: () => Response;
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let url: string;
let googleToken: (subject: string, scope: string) => Promise<string>;
let forgetGoogleToken: typeof import("./token.ts").forgetGoogleToken;

beforeEach(async () => {
  assertions = [];
  answer = () => Response.json({ access_token: `t${assertions.length}`, expires_in: 3_599 });
  keys = await generateKeyPair("RS256", { extractable: true });
  url = await serveFetch(async (request) => {
    const form = new URLSearchParams(await request.text());
    assertions.push(form.get("assertion") ?? "");
    return answer();
  });
  vi.stubEnv("GOOGLE_OAUTH_URL", `${url}/token`);
  vi.stubEnv("GOOGLE_SERVICE_ACCOUNT_EMAIL", account);
  const pem = await exportPKCS8(keys.privateKey);
  vi.stubEnv("GOOGLE_SERVICE_ACCOUNT_KEY", pem.replaceAll("\n", "\\n"));
  vi.resetModules();
  const fresh = await import("./token.ts");
  const { signal } = new AbortController();
  googleToken = (subject, scope) => fresh.googleToken(subject, scope, signal);
  forgetGoogleToken = fresh.forgetGoogleToken;
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it("is asked for with a signed assertion in somebody's name, for an hour at most", async () => {
  await googleToken("host@school.example", "a b");
  const { payload, protectedHeader } = await jwtVerify(assertions[0] ?? "", keys.publicKey, {
    issuer: account,
    audience: `${url}/token`,
    subject: "host@school.example",
  });
  expect(protectedHeader.alg).toBe("RS256");
  expect(payload.scope).toBe("a b");
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3_600);
});

it("is kept by subject and scope, also while the first is on its way", async () => {
  const tokens = await Promise.all([
    googleToken("host@school.example", "a"),
    googleToken("host@school.example", "a"),
    googleToken("host@school.example", "b"),
    googleToken("other@school.example", "a"),
  ]);
  expect(tokens[0]).toBe(tokens[1]);
  expect(await googleToken("host@school.example", "a")).toBe(tokens[0]);
  const asked = assertions.map((one) => decodeJwt(one)).map(({ sub, scope }) => `${sub} ${scope}`);
  expect(asked.sort()).toEqual([
    "host@school.example a",
    "host@school.example b",
    "other@school.example a",
  ]);
});

it("is asked for again before it ends, and when Google no longer takes it", async () => {
  const first = await googleToken("host@school.example", "a");
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now + 3_500_000);
  expect(await googleToken("host@school.example", "a")).toBe(first);
  vi.spyOn(Date, "now").mockReturnValue(now + 3_545_000);
  const second = await googleToken("host@school.example", "a");
  expect(second).not.toBe(first);
  forgetGoogleToken("host@school.example", "a");
  expect(await googleToken("host@school.example", "a")).not.toBe(second);
});

it("a refusal is not kept, names its reason, and can be mended", async () => {
  answer = () => Response.json({ error: "unauthorized_client" }, { status: 400 });
  const error = await googleToken("host@school.example", "a").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "google_token_400_unauthorized_client", isPermanent: false });
  answer = () => Response.json({ access_token: "granted", expires_in: 3_599 });
  expect(await googleToken("host@school.example", "a")).toBe("granted");
});
