import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writeImportMap } from "../functions/import-map.ts";

const root = mkdtempSync(join(tmpdir(), "switchboard-import-map-"));
const map = join(root, "map.json");
afterAll(() => rmSync(root, { recursive: true, force: true }));

function importsOf(imports: Record<string, string>): void {
  writeFileSync(join(root, "deno.json"), JSON.stringify({ imports }));
  writeImportMap(root, map);
}

it("a function that is starting reads a whole map, also while the next one starts", () => {
  importsOf({ zod: "npm:zod@4" });
  const reading = openSync(map, "r");
  importsOf({ jose: "npm:jose@6" });
  expect(JSON.parse(readFileSync(reading, "utf8"))).toEqual({ imports: { zod: "npm:zod@4" } });
  expect(JSON.parse(readFileSync(map, "utf8"))).toEqual({ imports: { jose: "npm:jose@6" } });
  closeSync(reading);
});
