import { expect, it } from "vitest";
import { vendorLink } from "./link.ts";

const theirs = { hosts: ["vendor.example"], apiUrl: "http://127.0.0.1:4000/v2" };

it.each([
  "https://vendor.example/rec/1?x=1",
  "https://files.eu.vendor.example/rec/1",
  "HTTPS://VENDOR.EXAMPLE/rec",
  "http://127.0.0.1:4000/files/1",
])("%s is the vendor's", (told) => {
  expect(vendorLink(told, theirs)?.href).toBe(new URL(told).href);
});

it.each([
  "http://vendor.example/rec/1",
  "https://vendor.example:8443/rec/1",
  "https://vendor.example.evil.example/rec",
  "https://evilvendor.example/rec",
  "https://vendor.example@evil.example/rec",
  "https://ann:x@vendor.example/rec",
  "http://127.0.0.1:4001/files/1",
  "javascript:alert(1)",
  "data:text/html,x",
  "file:///etc/passwd",
  "//vendor.example/rec",
  "/rec/1",
  "",
  null,
  undefined,
])("%s is not", (told) => {
  expect(vendorLink(told, theirs)).toBeUndefined();
});
