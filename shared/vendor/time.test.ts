import { expect, it } from "vitest";
import { vendorTime } from "./time.ts";

const now = Date.parse("2026-03-02T10:00:00Z");

it.each([
  ["2026-03-02T10:00:00.123456789Z", "2026-03-02T10:00:00.123Z"],
  ["2026-03-02T12:00:00+02:00", "2026-03-02T10:00:00.000Z"],
  [now, "2026-03-02T10:00:00.000Z"],
  ["2026-03-03T10:00:00Z", "2026-03-03T10:00:00.000Z"],
  ["2016-03-03T00:00:00Z", "2016-03-03T00:00:00.000Z"],
])("%j is believed", (told, time) => {
  expect(vendorTime(told, "event", now)).toBe(time);
});

it.each([
  "2999-01-01T00:00:00Z",
  "2026-03-03T10:00:00.001Z",
  "1970-01-01T00:00:00Z",
  0,
  -1,
  now / 1000,
  8.64e15,
  8.65e15,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "+275760-09-13T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "soon",
  "",
  null,
  undefined,
  {},
])("%j is not told", (told) => {
  expect(vendorTime(told, "event", now)).toBeNull();
});

it("a plan may be years ahead, and not for ever", () => {
  expect(vendorTime("2035-01-01T00:00:00Z", "plan", now)).toBe("2035-01-01T00:00:00.000Z");
  expect(vendorTime("2999-01-01T00:00:00Z", "plan", now)).toBeNull();
  expect(vendorTime("1970-01-01T00:00:00Z", "plan", now)).toBeNull();
});
