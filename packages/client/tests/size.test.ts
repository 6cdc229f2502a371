import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { bundled } from "../bundle.ts";

it("has less than 6 kB, minified and gzipped, without supabase-js", async () => {
  const { outputFiles } = await build({ ...bundled, minify: true, write: false });
  const [file] = outputFiles;
  expect(outputFiles).toHaveLength(1);
  expect(file?.text).not.toMatch(/\bfrom ?"/);
  expect(gzipSync(file?.contents ?? "", { level: 9 }).byteLength).toBeLessThan(6000);
});
