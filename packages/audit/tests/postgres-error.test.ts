import { expect, test } from "vitest";
import { isDiskFull } from "../src/postgres/postgres-error.ts";

test.each([
  ["ENOSPC", true],
  ["initdb: error: could not write file: No space left on device", true],
  ['PANIC:  could not write to file "pg_wal/xlogtemp.41": No space left on device', true],
  ['ERROR: could not extend file "base/5/2613" (SQLSTATE 53100)', true],
  ["Disk quota exceeded", true],
  ["EACCES", false],
  ["ERROR: disk_full is no column (SQLSTATE 42703)", false],
])("%s: a full disk is told from everything else", (words, isFull) => {
  expect(isDiskFull(words)).toBe(isFull);
});
