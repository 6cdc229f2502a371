import { expect, test } from "vitest";
import { mediaTypeOf } from "./media-type.ts";

const of = (type: string) =>
  mediaTypeOf(new Request("http://x", { headers: { "content-type": type } }));

test.each([
  "application/json",
  "Application/JSON",
  " application/json ;charset=utf-8",
  'application/json; charset="utf-8"',
  "application/json; charset",
  "application/json; charset=",
  "application/json;",
  "application/json; charset=utf-8; charset=utf-8",
])("%j is JSON, whatever its parameters", (type) => {
  expect(of(type)).toBe("application/json");
});

test.each([
  "",
  "json",
  "application/json-seq",
  "text/plain; application/json",
  "; application/json",
])("%j is not", (type) => {
  expect(of(type)).not.toBe("application/json");
});

test("a request without a type has none", () => {
  expect(mediaTypeOf(new Request("http://x"))).toBe("");
});
