import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../local/project.ts";
import { schemaFiles } from "../../local/schema-files.ts";
import { sealMigrations } from "./seal.ts";

// Makes the baseline from the schema files, one migration for each domain. Nothing is deployed yet, so it may be made anew;
// once it is sealed this file goes.

const folder = join(projectRoot, "supabase", "migrations");
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) {
  if (name.endsWith(".sql")) rmSync(join(folder, name));
}
const domains = new Map<string, string[]>();
for (const { path, sql } of schemaFiles(projectRoot)) {
  const domain = path.split("/")[1] ?? "";
  domains.set(domain, [...(domains.get(domain) ?? []), `-- ${path}\n${sql.trim()}\n`]);
}
[...domains].forEach(([domain, texts], place) => {
  const head =
    "-- What a function's body needs may come later.\nset check_function_bodies = off;\n";
  const file = `2026110100000${place}_${domain}.sql`;
  writeFileSync(join(folder, file), [head, ...texts, "reset check_function_bodies;\n"].join("\n"));
});
rmSync(join(projectRoot, "supabase", "migrations.sha256"), { force: true });
sealMigrations(join(projectRoot, "supabase"));
