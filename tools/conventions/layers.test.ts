import { dirname, join } from "node:path/posix";
import ts from "typescript";
import { expect, test } from "vitest";
import { type SourceFile, sourceFiles } from "./source-files.ts";

/** The rooms of `shared/`, the lowest first. A file imports from its own room and from lower layers, and from nowhere else. */
const layers = [
  ["core"],
  ["http", "vendor", "db"],
  ["webhook", "tasks"],
  ["mail"],
  ["accounts", "voice", "classes", "support"],
];

/** Generated beside the schema, and below everything. */
const TYPES: readonly string[] = ["supabase/database.types.ts", "supabase/api.types.ts"];

const layerOf = (room: string) => layers.findIndex((rooms) => rooms.includes(room));
const roomOf = (path: string) => /^shared\/([^/]+)\//.exec(path)?.[1];

/** What a file imports of the project, types and what is loaded later included. */
const importsOf = ({ path, lines }: SourceFile): string[] =>
  ts
    .preProcessFile(lines.join("\n"))
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => join(dirname(path), fileName));

/** The imports of a file in `shared/` that lead up, aside or out of it, as `from -> to`. */
function strayImports(file: SourceFile): string[] {
  const own = roomOf(file.path) ?? "";
  return importsOf(file)
    .filter((target) => {
      const room = roomOf(target);
      if (room === undefined) return !TYPES.includes(target);
      return room !== own && !(layerOf(room) < layerOf(own));
    })
    .map((target) => `${file.path} -> ${target}`);
}

const files = sourceFiles();
/** Unit tests stand beside what they test, and may borrow a loopback server of the other tests. */
const shared = files.filter(({ path }) => path.startsWith("shared/") && !path.endsWith(".test.ts"));

test("every file of shared/ is in a room that has a layer", () => {
  expect(shared.length).toBeGreaterThan(100);
  expect(shared.filter(({ path }) => layerOf(roomOf(path) ?? "") < 0)).toEqual([]);
});

test("no import of shared/ leads to a layer above, to a room beside, or out of it", () => {
  expect(shared.flatMap(strayImports)).toEqual([]);
});

test("a function imports from its own folder and from shared/ only", () => {
  const functions = files.filter(({ path }) => path.startsWith("supabase/functions/"));
  const stray = functions.flatMap((file) =>
    importsOf(file)
      .filter((to) => !to.startsWith(`${dirname(file.path)}/`) && roomOf(to) === undefined)
      .map((to) => `${file.path} -> ${to}`),
  );
  expect(functions.length).toBeGreaterThan(12);
  expect(stray).toEqual([]);
});

test.each([
  ["up", "shared/core/a.ts", 'import { b } from "../http/b.ts";', "shared/http/b.ts"],
  ["aside", "shared/db/a.ts", 'import { b } from "../http/b.ts";', "shared/http/b.ts"],
  [
    "to another domain",
    "shared/voice/a.ts",
    'export * from "../classes/b.ts";',
    "shared/classes/b.ts",
  ],
  [
    "up in a type",
    "shared/http/a.ts",
    'import type { B } from "../voice/b.ts";',
    "shared/voice/b.ts",
  ],
  [
    "up when it is needed",
    "shared/tasks/a.ts",
    'await import("../voice/b.ts");',
    "shared/voice/b.ts",
  ],
  ["out", "shared/core/a.ts", 'import { b } from "../../local/b.ts";', "local/b.ts"],
])("an import that leads %s is found", (_, path, line, target) => {
  expect(strayImports({ path, lines: [line] })).toEqual([`${path} -> ${target}`]);
});
