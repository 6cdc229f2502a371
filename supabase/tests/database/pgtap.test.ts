import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { describe, expect, inject, it } from "vitest";
import { readTap } from "../support/tap.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.sql"))
  .sort();

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

describe("the rules of the database", () => {
  it.each(files)("%s", async (file) => {
    const report = readTap(await runFile(join(folder, file)));
    expect(report.failures, relative(process.cwd(), file)).toEqual([]);
    expect(report.passed).toBeGreaterThan(0);
  });
});
