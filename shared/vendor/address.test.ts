import { describe, expect, it } from "vitest";
import { vendorAddress } from "./address.ts";
import { VendorError } from "./error.ts";

const base = "https://vendor.example/v1/";
const at = (...path: string[]) => vendorAddress("probe", base, path).href;

describe("an address at a vendor", () => {
  it("is below its base, with its query", () => {
    expect(vendorAddress("probe", base, ["things"], { a: 1, b: undefined }).href).toBe(
      "https://vendor.example/v1/things?a=1",
    );
    expect(at()).toBe("https://vendor.example/v1");
  });

  it.each([
    ["a/b", "a%2Fb"],
    ["../admin", "..%2Fadmin"],
    ["%2e%2e", "%252e%252e"],
    ["..\\x", "..%5Cx"],
    ["a?b=c#d", "a%3Fb%3Dc%23d"],
    ["é\0", "%C3%A9%00"],
    ["7:wake", "7:wake"],
  ])("keeps %j one segment", (id, segment) => {
    expect(at("things", id, "parts")).toBe(`https://vendor.example/v1/things/${segment}/parts`);
  });

  it.each(["", ".", "..", "\ud800", "a\udc00b"])("has no place for %j: there is nothing", (id) => {
    expect(() => at("things", id, "parts")).toThrow(VendorError);
    expect(() => at("things", id, "parts")).toThrow("probe_no_such_path");
  });
});
