import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pg from "pg";
import { readTap, type TapReport } from "./tap.ts";

/** A file with what it includes: psql's own way, so that `supabase test db` reads it too. */
export function readScript(path: string): string {
  return readFileSync(path, "utf8").replace(/^\\ir (\S+)$/gm, (_, name: string) =>
    readScript(join(dirname(path), name)),
  );
}

/** Runs one file as `supabase test db` would: a connection of its own, pgTAP in reach, every returned text line is TAP. */
export async function runTapFile(databaseUrl: string, path: string): Promise<TapReport> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("create extension if not exists pgtap with schema extensions");
    await client.query("set search_path = public, extensions");
    const results: pg.QueryArrayResult | pg.QueryArrayResult[] = await client.query({
      text: readScript(path),
      rowMode: "array",
    });
    return readTap(
      [results]
        .flat()
        .flatMap((result) => result.rows.flat())
        .filter((cell): cell is string => typeof cell === "string")
        .flatMap((cell) => cell.split("\n")),
    );
  } finally {
    await client.end();
  }
}
