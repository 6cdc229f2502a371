import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  accessToken,
  captureLog,
  secretKey,
  setPlatformEnvironment,
} from "../../supabase/tests/support/platform-environment.ts";
import type { Route } from "./route.ts";
import { type SecretContext, withSecret } from "./with-secret.ts";

beforeEach(() => {
  setPlatformEnvironment();
  captureLog();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const done: Route<SecretContext> = {
  address: "POST /maintenance",
  summary: "",
  answers: { 200: null },
  handle: () => "done",
};
const SUB = "0b0e8c1e-3d57-4a3c-9d57-0d6e5a1f7c11";
const send = (headers: Record<string, string>) =>
  withSecret([done]).fetch(new Request("http://x/maintenance", { method: "POST", headers }));

test.each([secretKey, `${secretKey}_2`])("the secret key %s opens it", async (apikey) => {
  expect((await send({ apikey })).status).toBe(200);
});

test.each([
  ["nothing", {}],
  ["an empty key", { apikey: "" }],
  ["a wrong key", { apikey: `${secretKey}x` }],
  ["the publishable key", { apikey: "sb_publishable_unit" }],
  ["the secret key as a bearer token", { authorization: `Bearer ${secretKey}` }],
])("%s is 401", async (_, headers) => {
  const response = await send({ ...headers });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ code: "unauthenticated" });
});

test("a user's token is 401", async () => {
  const authorization = `Bearer ${await accessToken({ sub: SUB })}`;
  expect((await send({ authorization })).status).toBe(401);
});

test("with no secret key configured it does not start", () => {
  vi.stubEnv("SUPABASE_SECRET_KEYS", "");
  vi.stubEnv("SUPABASE_SECRET_KEY", "");
  expect(() => withSecret([])).toThrow(
    expect.objectContaining({ variable: "SUPABASE_SECRET_KEYS" }),
  );
});
