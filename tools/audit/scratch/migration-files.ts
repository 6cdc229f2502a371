import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "../audit-error.ts";

/** One file of a migrations folder. */
export interface MigrationFile {
  name: string;
  sql: string;
}

/**
 * The SQL files of a folder in the order in which the Supabase CLI applies them: `<digits>_<name>.sql`. A folder
 * without a file of that form is taken as it is, sorted by name.
 * @throws AuditError when the folder is not there or holds no migration
 */
export function readMigrationFiles(folder: string): MigrationFile[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new AuditError(`There is no folder of migrations at ${folder}.`);
  }
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".sql") && !name.endsWith(".down.sql"))
    .sort();
  const numbered = files.filter((name) => /^\d+_.*\.sql$/.test(name));
  const chosen = numbered.length > 0 ? numbered : files;
  if (chosen.length === 0) throw new AuditError(`The folder ${folder} holds no migration (.sql).`);
  return chosen.map((name) => ({ name, sql: readFileSync(join(folder, name), "utf8") }));
}
