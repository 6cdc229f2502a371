import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningDatabase, startDatabase } from "../../local/database.ts";
import { migrate } from "../../local/migrate.ts";
import { projectRoot } from "../../local/project.ts";
import { withClient } from "../../local/with-client.ts";

const isBaseline = (name: string): boolean => /^2026110100000\d_/.test(name);

let folder: string;
let root: string;
let database: RunningDatabase;

/** A project that has the baseline only, and the database of somebody who runs it, with the seed's rows. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "upgrade-"));
  root = join(folder, "project");
  for (const name of ["config.toml", "seed", "migrations"]) {
    cpSync(join(projectRoot, "supabase", name), join(root, "supabase", name), { recursive: true });
  }
  const migrations = join(root, "supabase", "migrations");
  for (const name of readdirSync(migrations)) {
    if (!isBaseline(name)) rmSync(join(migrations, name));
  }
  const data = join(folder, "data");
  database = await startDatabase({ data, durable: false, seed: true, root });
});
afterAll(async () => {
  await database?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** How many rows each table of the product has. */
function counts(): Promise<Record<string, string>> {
  return withClient(database.url, async (client) => {
    const { rows } = await client.query<{ name: string; count: string }>(`
      select c.oid::regclass::text as name,
          (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %s', c.oid::regclass), true, true, '')))[1]::text as count
        from pg_class c where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
        order by 1`);
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  });
}

test("a database with data goes from the baseline to today, and on, and keeps its rows", async () => {
  const before = await counts();
  expect(Number(before.profiles)).toBeGreaterThan(3);
  expect(Number(before.support_tickets)).toBeGreaterThan(0);

  const migrations = join(root, "supabase", "migrations");
  cpSync(join(projectRoot, "supabase", "migrations"), migrations, { recursive: true });
  writeFileSync(
    join(migrations, "99990101000000_next.sql"),
    "alter table public.support_tickets add column is_next boolean not null default true;\n",
  );
  await migrate({ databaseUrl: database.url, seed: true, root, log: () => {} });

  const after = await counts();
  const lost = Object.keys(before).filter((name) => Number(after[name]) < Number(before[name]));
  expect(lost).toEqual([]);
  const next = "select count(*) filter (where is_next)::text as n from public.support_tickets";
  const { rows } = await withClient(database.url, (client) => client.query(next));
  expect(rows).toEqual([{ n: before.support_tickets }]);
});
