import { afterEach, describe, expect, test, vi } from "vitest";
import * as env from "./env.ts";

afterEach(() => vi.unstubAllEnvs());

function setEverything() {
  vi.stubEnv("SUPABASE_URL", "http://127.0.0.1:1");
  vi.stubEnv("SUPABASE_SECRET_KEYS", "{}");
  vi.stubEnv("SUPABASE_PUBLISHABLE_KEYS", "{}");
  vi.stubEnv("SUPABASE_JWKS", "{}");
  for (const name of ["SUPABASE_SECRET_KEY", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_JWKS_URL"]) {
    vi.stubEnv(name, undefined);
  }
}

describe("the platform's variables", () => {
  test.each([
    ["user", "SUPABASE_URL"],
    ["user", "SUPABASE_SECRET_KEYS"],
    ["user", "SUPABASE_PUBLISHABLE_KEYS"],
    ["user", "SUPABASE_JWKS"],
    ["secret", "SUPABASE_PUBLISHABLE_KEYS"],
    ["provider", "SUPABASE_SECRET_KEYS"],
  ] as const)("a function for a %s does not start without %s, and says so", (caller, variable) => {
    setEverything();
    env.requirePlatform(caller);
    vi.stubEnv(variable, " ");
    expect(() => env.requirePlatform(caller)).toThrow(expect.objectContaining({ variable }));
  });

  test("a webhook starts without the keys that only users need", () => {
    setEverything();
    vi.stubEnv("SUPABASE_JWKS", undefined);
    vi.stubEnv("SUPABASE_PUBLISHABLE_KEYS", undefined);
    expect(() => env.requirePlatform("provider")).not.toThrow();
  });

  test("the singular key of a self-hosted project is enough", () => {
    setEverything();
    vi.stubEnv("SUPABASE_SECRET_KEYS", undefined);
    vi.stubEnv("SUPABASE_SECRET_KEY", "sb_secret_x");
    expect(() => env.requirePlatform("provider")).not.toThrow();
  });
});

describe("a list of webhook secrets", () => {
  test.each([
    [undefined, []],
    ["", []],
    [" , ,", []],
    ["one", ["one"]],
    [" one , two,", ["one", "two"]],
  ])("reads %j as %j", (value, secrets) => {
    vi.stubEnv("ZOOM_WEBHOOK_SECRETS", value);
    expect(env.zoomWebhookSecrets()).toEqual(secrets);
  });
});

test("a missing vendor credential names its variable", () => {
  vi.stubEnv("VAPI_API_KEY", undefined);
  expect(env.vapiApi).toThrow(expect.objectContaining({ variable: "VAPI_API_KEY" }));
});

test("the public address has no trailing slash", () => {
  vi.stubEnv("SWITCHBOARD_PUBLIC_URL", "https://example.com//");
  expect(env.publicUrl()).toBe("https://example.com");
});
