import { readFileSync } from "node:fs";
import { join } from "node:path";
import { StackError } from "./errors.ts";
import { sqlFiles } from "./migrate.ts";
import { withClient } from "./with-client.ts";

/**
 * Compares what was applied to a database with the migration files. Throws a {@link StackError} for a migration that no
 * file has (the database was made by newer code, or by other code), and for a file that was edited after it was applied:
 * the Supabase CLI passes over both, and the code would run on tables that it does not know.
 */
export async function checkHistory(databaseUrl: string, root: string): Promise<void> {
  const folder = join(root, "supabase", "migrations");
  const files = new Map(sqlFiles(folder).map((file) => [file.split("_")[0] ?? "", file]));
  const applied = await readHistory(databaseUrl);
  const unknown = applied.filter(({ version }) => !files.has(version));
  if (unknown.length > 0) {
    const names = unknown.map(({ version, name }) => `${version}_${name}`).slice(-3);
    throw new StackError(
      "data_of_other_code",
      `The database was made by newer or other code: this code lacks ${unknown.length} of the migrations that it has (${names.join(", ")}). Run that code, use --data <another folder>, or npm run reset to begin anew.`,
    );
  }
  const edited = applied.flatMap(({ version, statements }) => {
    const file = files.get(version);
    if (file === undefined || statements === null) return [];
    return essence(readFileSync(join(folder, file), "utf8")) === essence(statements.join("\n"))
      ? []
      : [file];
  });
  if (edited.length > 0) {
    throw new StackError(
      "migration_edited",
      `${edited.join(", ")} was edited after it had been applied to this database, which does not have the edit. Put it into a new migration, use --data <another folder>, or npm run reset to begin anew.`,
    );
  }
}

interface Applied {
  version: string;
  name: string;
  statements: string[] | null;
}

async function readHistory(databaseUrl: string): Promise<Applied[]> {
  return withClient(databaseUrl, async (client) => {
    const table = await client.query<{ found: boolean }>(
      "select to_regclass('supabase_migrations.schema_migrations') is not null as found",
    );
    if (table.rows[0]?.found !== true) return [];
    const history = await client.query<Applied>(
      "select version, name, statements from supabase_migrations.schema_migrations order by version",
    );
    return history.rows;
  });
}

/** SQL without the parts that the CLI leaves out when it splits statements. */
function essence(sql: string): string {
  return sql.replace(/^\s*--.*$/gm, "").replace(/[\s;]+/g, "");
}
