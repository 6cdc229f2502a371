import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { bundle } from "../bundle.ts";

it("has less than 6 kB, minified and gzipped, without supabase-js", async () => {
  const text = await bundle({ minify: true });
  expect(text).toContain("export");
  expect(text).not.toMatch(/\bfrom ?"/);
  expect(gzipSync(text, { level: 9 }).byteLength).toBeLessThan(6000);
});
