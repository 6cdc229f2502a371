import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ClientBase } from "pg";
import { parse } from "smol-toml";
import { z } from "zod";

/** One file of the schema as it is. */
export interface SchemaFile {
  /** From the folder `supabase`, with `/`. */
  path: string;
  sql: string;
}

const config = z.object({
  db: z.object({ migrations: z.object({ schema_paths: z.array(z.string()) }) }),
});

/**
 * The files of `supabase/schemas` in the order in which they are loaded: `[db.migrations] schema_paths` of
 * `supabase/config.toml`, where `*` stands for every name in a folder and a file counts where it is named first.
 * @param root the folder that has `supabase/`
 */
export function schemaFiles(root: string): SchemaFile[] {
  const supabase = join(root, "supabase");
  const { db } = config.parse(parse(readFileSync(join(supabase, "config.toml"), "utf8")));
  const paths = db.migrations.schema_paths.flatMap((pattern) => expand(supabase, pattern));
  return [...new Set(paths)].map((path) => ({
    path,
    sql: readFileSync(join(supabase, path), "utf8"),
  }));
}

function expand(supabase: string, pattern: string): string[] {
  const [folder, name] = [dirname(pattern), basename(pattern)];
  if (!name.includes("*")) return [join(folder, name)];
  const [start = "", end = ""] = name.split("*");
  return readdirSync(join(supabase, folder))
    .filter((file) => file.startsWith(start) && file.endsWith(end))
    .sort()
    .map((file) => join(folder, file));
}

/**
 * Makes the schema in a database that has the platform and nothing else, in one transaction. What a function's body
 * needs may come in a later file.
 * @throws Error that names the file which Postgres refused
 */
export async function applySchemaFiles(client: ClientBase, root: string): Promise<void> {
  await client.query("begin");
  await client.query("set local check_function_bodies = off");
  for (const { path, sql } of schemaFiles(root)) {
    try {
      await client.query(sql);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`supabase/${path} does not load: ${reason}`, { cause: error });
    }
  }
  await client.query("commit");
}
