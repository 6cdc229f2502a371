import { expect } from "vitest";
import { sql } from "./database.ts";

/**
 * The tables that hold one of these texts in any column of any row; it looks at every table of the product.
 * @param among only rows that hold this too, where other files of the run may well store such a text
 */
export async function tablesWith(texts: readonly string[], among = ""): Promise<string[]> {
  const tables = await sql<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'private')`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql(
      `select from ${name} t, unnest($1::text[]) secret
       where strpos(t::text, secret) > 0 and strpos(t::text, $2) > 0 limit 1`,
      [texts, among],
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}
