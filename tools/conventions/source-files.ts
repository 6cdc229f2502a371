import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";

/** A file of ours: its path from the project's folder, and its lines. */
export interface SourceFile {
  path: string;
  lines: string[];
}

const folders = ["shared", "supabase", "local", "packages", "tools", "console"];
/** Written by a generator, or by other people. A migration repeats what the schema files say. */
const notOurs = [
  "supabase/database.types.ts",
  "supabase/api.types.ts",
  "supabase/migrations/",
  "packages/client/dist/",
  "console/dist/",
  "packages/audit/corpus/",
  "packages/audit/src/platform/auth.sql",
];

/** Every TypeScript and SQL file of the project, in the order of their paths. */
export function sourceFiles(): SourceFile[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" }).map(
        (name) => `${folder}/${name.replaceAll("\\", "/")}`,
      ),
    )
    .filter((path) => /\.(tsx?|mjs|sql|psql)$/.test(path) && !path.includes("node_modules"))
    .filter((path) => !notOurs.some((prefix) => path.startsWith(prefix)))
    .sort()
    .map((path) => ({ path, lines: readFileSync(join(projectRoot, path), "utf8").split("\n") }));
}
