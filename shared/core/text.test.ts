import { describe, expect, test } from "vitest";
import type { JsonValue } from "./json.ts";
import { storableJson, storableText } from "./text.ts";

describe("text that Postgres can hold", () => {
  test.each([
    ["a\u0000b", "ab"],
    ["\ud800", "\uFFFD"],
    ["\udc00\ud800", "\uFFFD\uFFFD"],
    ["😀 é \u0001", "😀 é \u0001"],
  ])("%j is %j", (text, storable) => {
    expect(storableText(text)).toBe(storable);
  });
});

describe("JSON that jsonb can hold", () => {
  test("is mended in strings and keys, at any place", () => {
    expect(
      storableJson({ "k\u0000": ["\ud800", { a: "\u0000" }], n: 1, b: false, z: null }),
    ).toEqual({
      k: ["\uFFFD", { a: "" }],
      n: 1,
      b: false,
      z: null,
    });
  });

  test("keeps a key named __proto__ as a key", () => {
    const value: JsonValue = JSON.parse('{"__proto__":{"a":1}}');
    expect(JSON.stringify(storableJson(value))).toBe('{"__proto__":{"a":1}}');
  });

  test("ends at 64 levels, so that 10,000 are no danger", () => {
    const value: JsonValue = JSON.parse(`${"[".repeat(10_000)}${"]".repeat(10_000)}`);
    expect(JSON.stringify(storableJson(value))).toBe(`${"[".repeat(64)}null${"]".repeat(64)}`);
  });
});
