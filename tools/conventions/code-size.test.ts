import { expect, test } from "vitest";
import { duplicateBlocks } from "./duplicate-blocks.ts";
import { sourceFiles } from "./source-files.ts";

const files = sourceFiles();

test("a function file is at most 40 lines long", () => {
  const functions = files.filter(({ path }) =>
    /^supabase\/functions\/[^/]+\/index\.ts$/.test(path),
  );
  expect(functions.length).toBeGreaterThan(0);
  const long = functions.filter(({ lines }) => lines.length > 41); // a last line break ends line 40
  expect(long.map(({ path }) => path)).toEqual([]);
});

test("no block of 12 lines stands in two places", () => {
  expect(duplicateBlocks(files, 12)).toEqual([]);
});

test("a repeated block is found, whatever its indentation and empty lines", () => {
  const lines = Array.from({ length: 14 }, (_, index) => `line ${index}`);
  const other = ["before", ...lines.flatMap((line) => [`  ${line}`, ""])];
  const found = duplicateBlocks(
    [
      { path: "a.ts", lines },
      { path: "b.ts", lines: other },
      { path: "c.ts", lines: lines.slice(0, 11) },
    ],
    12,
  );
  expect(found).toEqual(["a.ts:1 = b.ts:2"]);
});
