import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { supabaseCli } from "../../local/supabase-cli.ts";
import { withClient } from "../../local/with-client.ts";
import { readReferenceRows } from "../reference-rows.ts";
import { rowStatements } from "./row-statements.ts";
import { withDatabaseOf } from "./scratch.ts";

/** The statements that bring a database of the migrations to the schema files; empty when it is there. */
export function draftMigration(): Promise<string> {
  return withDatabaseOf("migrations", (from) =>
    withDatabaseOf("schema files", (to) => differenceOf(from.url, to.url)),
  );
}

/**
 * The statements that make one database like another: the Supabase CLI's difference of the two, and the reference
 * rows, which the CLI does not compare. Empty when they are alike.
 * @throws Error with the CLI's own words when it cannot compare them
 */
export async function differenceOf(from: string, to: string): Promise<string> {
  const objects = await schemaDifference(from, to);
  const [before, after] = [
    await withClient(from, readReferenceRows),
    await withClient(to, readReferenceRows),
  ];
  return [objects, rowStatements(before, after).join("\n")]
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Both databases have the same name, without which the CLI schedules every job anew. */
async function schemaDifference(from: string, to: string): Promise<string> {
  const file = join(tmpdir(), `switchboard-difference-${crypto.randomUUID()}.sql`);
  try {
    const { status, stdout, stderr } = await supabaseCli([
      ...["db", "diff", "--from", from, "--to", to],
      ...["--use-pg-delta", "--experimental", "--schema", "public,private", "-o", file],
    ]);
    if (status !== 0) throw new Error(`The databases cannot be compared: ${stderr || stdout}`);
    return await readFile(file, "utf8").catch(() => "");
  } finally {
    await rm(file, { force: true });
  }
}
