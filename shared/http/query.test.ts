import { describe, expect, test } from "vitest";
import { type Query, queryOf } from "./query.ts";

const ID = "0b0e8c1e-3d57-4a3c-9d57-0d6e5a1f7c11";
const query = (search: string): Query => queryOf(new URL(`http://x/f?${search}`));

type Read = (query: Query) => unknown;
const uuid: Read = (q) => q.uuid("v");
const text: Read = (q) => q.text("v", 5);
const integer: Read = (q) => q.integer("v", { min: 1, max: 100 });
const oneOf: Read = (q) => q.oneOf("v", ["asc", "desc"]);
const date: Read = (q) => q.date("v");
const timestamp: Read = (q) => q.timestamp("v");
const flag: Read = (q) => q.flag("v");

describe("a parameter is read", () => {
  test.each([
    ["a UUID in any case", uuid, ID.toUpperCase(), ID],
    ["text", text, "héllo", "héllo"],
    ["the least integer", integer, "1", 1],
    ["the greatest integer", integer, "100", 100],
    ["a known word", oneOf, "desc", "desc"],
    ["a leap day", date, "2024-02-29", "2024-02-29"],
    ["a time in UTC", timestamp, "2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z"],
    [
      "a time with an offset",
      timestamp,
      "2026-01-31T09:00:00.123456+05:30",
      "2026-01-31T09:00:00.123456+05:30",
    ],
    ["a flag", flag, "false", false],
  ] as const)("%s", (_, read, value, result) => {
    expect(read(query(new URLSearchParams({ v: value }).toString()))).toBe(result);
  });
});

describe("a parameter is refused with a 422 that names it and not its value", () => {
  test.each([
    ["no UUID", uuid, "v=123"],
    ["a UUID with more behind it", uuid, `v=${ID}%0A`],
    ["empty text", text, "v="],
    ["text that is too long", text, "v=123456"],
    ["text with NUL", text, "v=a%00"],
    ["a fraction", integer, "v=1.5"],
    ["an exponent", integer, "v=1e1"],
    ["an integer below the range", integer, "v=0"],
    ["an integer above the range", integer, "v=101"],
    ["an integer beyond any range", integer, "v=99999999999999999999"],
    ["an unknown word", oneOf, "v=up"],
    ["a word of every object", oneOf, "v=constructor"],
    ["a day that is none", date, "v=2026-02-30"],
    ["a time on such a day", timestamp, "v=2026-02-30T00:00:00Z"],
    ["a time without an offset", timestamp, "v=2026-01-31T09:00:00"],
    ["a flag that is a number", flag, "v=1"],
    ["an absent one", uuid, ""],
    ["one that is given twice", integer, "v=1&v=2"],
  ] as const)("%s", (_, read, search) => {
    expect(() => read(query(search))).toThrow(
      expect.objectContaining({
        status: 422,
        code: "invalid_input",
        details: [{ path: "v", message: expect.any(String) }],
      }),
    );
  });
});

test("an absent optional parameter is undefined, a bad one is still refused", () => {
  expect(query("").optional.uuid("v")).toBeUndefined();
  expect(() => query("v=1").optional.uuid("v")).toThrow(expect.objectContaining({ status: 422 }));
});

test("defaults stand in for absent parameters only", () => {
  const limit = { min: 1, max: 100, default: 20 };
  expect(query("").integer("limit", limit)).toBe(20);
  expect(query("").oneOf("order", ["asc", "desc"], "asc")).toBe("asc");
  expect(() => query("limit=0").integer("limit", limit)).toThrow(
    expect.objectContaining({ status: 422 }),
  );
});

test("unknown parameters are ignored until the handler says which it knows", () => {
  expect(query("utm=1&limit=5").integer("limit", { min: 1, max: 9 })).toBe(5);
  expect(() => query("utm=1&limit=5").only("limit")).toThrow(
    expect.objectContaining({ status: 422 }),
  );
  expect(() => query("limit=5").only("limit", "cursor")).not.toThrow();
});
