import { afterEach, expect, test, vi } from "vitest";
import { publicUrl, vapiApi, vapiWebhookSecrets } from "./env.ts";

afterEach(() => vi.unstubAllEnvs());

test("a missing credential names its variable", () => {
  vi.stubEnv("VAPI_API_KEY", undefined);
  expect(vapiApi).toThrow(expect.objectContaining({ variable: "VAPI_API_KEY" }));
});

test("the webhook accepts several secrets, and none while none is set", () => {
  vi.stubEnv("VAPI_WEBHOOK_SECRETS", "one,two");
  expect(vapiWebhookSecrets()).toEqual(["one", "two"]);
  vi.stubEnv("VAPI_WEBHOOK_SECRETS", undefined);
  expect(vapiWebhookSecrets()).toEqual([]);
});

test("the public address has no trailing slash", () => {
  vi.stubEnv("SWITCHBOARD_PUBLIC_URL", "https://example.com//");
  expect(publicUrl()).toBe("https://example.com");
});
