import { describe, expect, test } from "vitest";
import { errorGroups, errors, refusal, unavailable } from "./errors.ts";

const entries = Object.entries(errorGroups).flatMap(([group, catalogue]) =>
  Object.entries(catalogue).map(([code, definition]) => ({ group, code, ...definition })),
);

describe("the error catalogue", () => {
  test("holds every code in one group only", () => {
    const codes = entries.map(({ code }) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  test("loses no group when it is merged", () => {
    expect(Object.keys(errors).sort()).toEqual(entries.map(({ code }) => code).sort());
  });

  test.each(entries)("$group: $code is a name, a 4xx or 5xx and a sentence", (entry) => {
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
  expect(unavailable("vapi_500", "voice_provider_unavailable", 10)).toMatchObject({
    status: 503,
    code: "voice_provider_unavailable",
    reason: "vapi_500",
    headers: { "retry-after": "10" },
  });
});
