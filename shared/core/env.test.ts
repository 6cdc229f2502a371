import { afterEach, describe, expect, test, vi } from "vitest";
import { list, requirePlatform } from "./env.ts";

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
    requirePlatform(caller);
    vi.stubEnv(variable, " ");
    expect(() => requirePlatform(caller)).toThrow(expect.objectContaining({ variable }));
  });

  test("a webhook starts without the keys that only users need", () => {
    setEverything();
    vi.stubEnv("SUPABASE_JWKS", undefined);
    vi.stubEnv("SUPABASE_PUBLISHABLE_KEYS", undefined);
    expect(() => requirePlatform("provider")).not.toThrow();
  });

  test("the singular key of a self-hosted project is enough", () => {
    setEverything();
    vi.stubEnv("SUPABASE_SECRET_KEYS", undefined);
    vi.stubEnv("SUPABASE_SECRET_KEY", "sb_secret_x");
    expect(() => requirePlatform("provider")).not.toThrow();
  });
});

describe("a list", () => {
  test.each([
    [undefined, []],
    ["", []],
    [" , ,", []],
    ["one", ["one"]],
    [" one , two,", ["one", "two"]],
  ])("reads %j as %j", (value, parts) => {
    vi.stubEnv("ZOOM_WEBHOOK_SECRETS", value);
    expect(list("ZOOM_WEBHOOK_SECRETS")).toEqual(parts);
  });
});
