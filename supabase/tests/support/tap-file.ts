import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pg from "pg";
import { expect, inject, it } from "vitest";
import { readTap } from "./tap.ts";

/** Declares the test that a pgTAP file is. */
export function tapFile(path: string): void {
  it("holds", async () => {
    const report = readTap(await runFile(path));
    expect(report.failures).toEqual([]);
    expect(report.passed).toBeGreaterThan(0);
  });
}

/** A file with what it includes: psql's own way, so that `supabase test db` reads it too. */
function readScript(path: string): string {
  return readFileSync(path, "utf8").replace(/^\\ir (\S+)$/gm, (_, name: string) =>
    readScript(join(dirname(path), name)),
  );
}

/** Runs one file as `supabase test db` would: a connection of its own, pgTAP in reach, every returned text line is TAP. */
async function runFile(path: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: inject("database_url") });
  await client.connect();
  try {
    await client.query("create extension if not exists pgtap with schema extensions");
    await client.query("set search_path = public, extensions");
    const results: pg.QueryArrayResult | pg.QueryArrayResult[] = await client.query({
      text: readScript(path),
      rowMode: "array",
    });
    return [results]
      .flat()
      .flatMap((result) => result.rows.flat())
      .filter((cell): cell is string => typeof cell === "string")
      .flatMap((cell) => cell.split("\n"));
  } finally {
    await client.end();
  }
}
