import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isDiskFull } from "switchboard-audit/postgres";
import { checkHistory } from "./check-history.ts";
import { diskFull, StackError } from "./errors.ts";
import { projectRoot } from "./project.ts";
import { supabaseCli } from "./supabase-cli.ts";
import { withClient } from "./with-client.ts";

export interface MigrateOptions {
  /** As the non-superuser `postgres`, which is what the platform migrates with. */
  databaseUrl: string;
  seed: boolean;
  log: (line: string) => void;
  /** The folder that has `supabase/`. */
  root?: string;
}

/**
 * Applies what is missing with the real Supabase CLI, as a deployment does. The CLI is not even started when
 * the database already has everything. Throws a {@link StackError} that names the file and the statement.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const root = options.root ?? projectRoot;
  await checkHistory(options.databaseUrl, root);
  if (await isUpToDate(options.databaseUrl, root, options.seed)) return;
  const flags = ["db", "push", `--remote=${options.databaseUrl}`, "--yes", "--workdir", root];
  if (options.seed) flags.push("--include-seed");
  let output = "";
  const { status } = await supabaseCli(flags, {
    onLine: (line) => {
      output += `${line}\n`;
      const file = /^(?:Applying migration|Seeding data from) (\S+?)\.{3}$/.exec(line.trim())?.[1];
      if (file !== undefined) options.log(file);
    },
  });
  if (status === 0) return;
  if (isDiskFull(output)) throw diskFull("The migrations are not applied", "the database");
  throw new StackError("migration_failed", explain(output));
}

/** Whether the history table knows every migration file (and, if asked, every seed file). */
async function isUpToDate(databaseUrl: string, root: string, seed: boolean): Promise<boolean> {
  return withClient(databaseUrl, async (client) => {
    const list = async (table: string, column: string): Promise<Set<string>> => {
      const exists = await client.query<{ found: boolean }>(
        "select to_regclass($1) is not null as found",
        [`supabase_migrations.${table}`],
      );
      if (exists.rows[0]?.found !== true) return new Set();
      const rows = await client.query<{ value: string }>(
        `select ${column} as value from supabase_migrations.${table}`,
      );
      return new Set(rows.rows.map((row) => row.value));
    };
    const applied = await list("schema_migrations", "version");
    const wanted = sqlFiles(join(root, "supabase", "migrations"));
    if (!wanted.every((file) => applied.has(file.split("_")[0] ?? ""))) return false;
    if (!seed) return true;
    const seeded = await list("seed_files", "path");
    const seeds = sqlFiles(join(root, "supabase", "seed"));
    return seeds.every((file) => [...seeded].some((path) => path.endsWith(`seed/${file}`)));
  });
}

export function sqlFiles(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".sql")) : [];
}

/** One sentence from what the CLI printed: the file it was at, Postgres' error and the statement. */
function explain(output: string): string {
  const file = [...output.matchAll(/(?:Applying migration|Seeding data from) (\S+?)\.{3}/g)].at(
    -1,
  )?.[1];
  const error = /ERROR: (.+)/.exec(output)?.[1];
  const statement = /At statement: (\d+)\n([\s\S]*?)(?:\n\s*\^|\nTry rerunning|$)/.exec(output);
  if (file === undefined || error === undefined) {
    return `The Supabase CLI could not apply the migrations: ${output.trim().split("\n").slice(-4).join(" ")}`;
  }
  const place = statement?.[1] === undefined ? "" : `, statement ${Number(statement[1]) + 1}`;
  const text = statement?.[2] === undefined ? "" : `\n\n${statement[2].trim()}`;
  return `The migration ${file}${place} failed: ${error}${text}`;
}
