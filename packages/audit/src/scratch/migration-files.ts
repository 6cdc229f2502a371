import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AuditError } from "../audit-error.ts";
import { splitStatements } from "./split.ts";

/** One file of a migrations folder. */
export interface MigrationFile {
  name: string;
  sql: string;
}

const isNumbered = (name: string) => /^\d+_.*\.sql$/.test(name);

/**
 * The SQL files of a folder in the order in which the Supabase CLI applies them: `<digits>_<name>.sql`. A folder
 * without a file of that form is taken as it is, sorted by name.
 * @throws AuditError when the folder is not there or holds no migration
 */
export function readMigrationFiles(folder: string): MigrationFile[] {
  const files = sqlFiles(folder);
  const chosen = files.some(isNumbered) ? files.filter(isNumbered) : files;
  if (chosen.length === 0) throw new AuditError(`The folder ${folder} holds no migration (.sql).`);
  return chosen.map((name) => read(folder, name));
}

/** The SQL files beside migrations that the Supabase CLI skips because of their names. */
export function readSkippedFiles(folder: string): MigrationFile[] {
  const files = sqlFiles(folder);
  return files.some(isNumbered)
    ? files.filter((name) => !isNumbered(name)).map((name) => read(folder, name))
    : [];
}

function sqlFiles(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new AuditError(`There is no folder of migrations at ${folder}.`);
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql") && !name.endsWith(".down.sql"))
    .sort();
}

const read = (folder: string, name: string): MigrationFile => ({
  name,
  sql: readFileSync(join(folder, name), "utf8"),
});

/**
 * The names `schema.object` that rows of the migrations carry: a registry whose reader builds its statements from
 * them uses what they name. The parser must be loaded.
 */
export function namesInRows(files: readonly MigrationFile[]): string[] {
  return files
    .flatMap(({ sql }) => splitStatements(sql))
    .filter(({ node }) => node !== null && "InsertStmt" in node)
    .flatMap(({ text }) => [...text.matchAll(/'([a-z_]\w*\.[a-z_]\w*)'/g)])
    .map(([, name = ""]) => name);
}
