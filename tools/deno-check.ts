import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { denoProgram } from "../local/functions/deno-program.ts";
import { writeImportMap } from "../local/functions/import-map.ts";
import { functionNames, projectRoot } from "../local/project.ts";

// Type-checks every function, and the client, with the runtime that serves it, resolving as the embedded stack does.
const folder = mkdtempSync(join(tmpdir(), "switchboard-check-"));
const importMap = join(folder, "import-map.json");
writeImportMap(projectRoot, importMap);
const { status } = spawnSync(
  denoProgram(),
  [
    "check",
    "--quiet",
    "--node-modules-dir=manual",
    "--no-lock",
    `--import-map=${importMap}`,
    "packages/client/src/index.ts",
    ...functionNames().map((name) => join("supabase", "functions", name, "index.ts")),
  ],
  { cwd: projectRoot, stdio: "inherit" },
);
rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);
