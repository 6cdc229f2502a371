import { describe, expect, test } from "vitest";
import { accountErrors } from "../../shared/accounts/errors.ts";
import { classErrors } from "../../shared/classes/errors.ts";
import { coreErrors, refusal, unavailable } from "../../shared/core/errors.ts";
import { supportErrors } from "../../shared/support/errors.ts";
import { voiceErrors, voiceProviderUnavailable } from "../../shared/voice/errors.ts";
import { webhookErrors } from "../../shared/webhook/errors.ts";

const catalogues = {
  core: coreErrors,
  webhook: webhookErrors,
  accounts: accountErrors,
  voice: voiceErrors,
  classes: classErrors,
  support: supportErrors,
};

const entries = Object.entries(catalogues).flatMap(([room, catalogue]) =>
  Object.entries(catalogue).map(([code, definition]) => ({ room, code, ...definition })),
);

describe("the error catalogue", () => {
  test("holds every code in one room only", () => {
    const codes = entries.map(({ code }) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  test.each(entries)("$room: $code is a name, a 4xx or 5xx and a sentence", (entry) => {
    expect(entry.code).toMatch(/^[a-z][a-z0-9_]+$/);
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThan(600);
    expect(entry.message).toMatch(/^[A-Z].*[.!]$/);
  });
});

test("a refusal carries its code's status and its details", () => {
  const error = refusal("conflict", { name: "taken" });
  expect(error).toMatchObject({ code: "conflict", status: 409, details: { name: "taken" } });
});

test("a 503 says when to come back", () => {
  expect(unavailable("57014")).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  expect(voiceProviderUnavailable("vapi_500", 10)).toMatchObject({
    status: 503,
    code: "voice_provider_unavailable",
    reason: "vapi_500",
    headers: { "retry-after": "10" },
  });
});
