import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSchema } from "switchboard-audit/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningDatabase, startDatabase } from "../../local/database.ts";
import { projectRoot } from "../../local/project.ts";
import { withClient } from "../../local/with-client.ts";
import { readReferenceRows } from "../reference-rows.ts";
import { generateDocument } from "../types/generate-document.ts";
import { compareSchemas } from "../verify/compare.ts";
import { problems, totalsOf } from "../verify/report.ts";
import { differenceOf } from "./draft.ts";
import { rowStatements } from "./row-statements.ts";
import { brokenSeals, sealMigrations } from "./seal.ts";

let folder: string;
let migrated: RunningDatabase;
let declared: RunningDatabase;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "migrations-"));
  const start = (source: "migrations" | "schema files") =>
    startDatabase({ data: join(folder, source), durable: false, source });
  migrated = await start("migrations");
  declared = await start("schema files");
});
afterAll(async () => {
  await migrated?.stop();
  await declared?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What is missing, different or unexpected in the migrated database, held against the schema files. */
async function differences(): Promise<string[]> {
  const expected = await withClient(declared.url, readSchema);
  const live = await withClient(migrated.url, readSchema);
  const items = compareSchemas(expected, live, () => null);
  expect(items.length).toBeGreaterThan(1_000);
  return problems({ items, totals: totalsOf(items) }).map(
    ({ state, kind, name }) => `${state} ${kind} ${name}`,
  );
}

/** The statements that would bring the migrated database's reference rows to those of the schema files. */
async function differentRows(): Promise<string[]> {
  const [before, after] = [
    await withClient(migrated.url, readReferenceRows),
    await withClient(declared.url, readReferenceRows),
  ];
  expect(after.size).toBeGreaterThan(10);
  return rowStatements(before, after);
}

describe("the migrations and the schema files", () => {
  test("make the same schema", async () => {
    expect(await differences()).toEqual([]);
  });

  test("make the same reference rows", async () => {
    expect(await differentRows()).toEqual([]);
  });

  test("are what docs/schema.md tells (npm run types)", async () => {
    const committed = readFileSync(join(projectRoot, "docs", "schema.md"), "utf8");
    expect(await generateDocument(migrated.url)).toBe(committed);
  });

  test("have bodies of SQL functions that hold when all is there", async () => {
    // The files are loaded with `check_function_bodies` off, so that their order need not be that of the calls.
    await withClient(declared.url, async (client) => {
      const { rows } = await client.query<{ name: string; definition: string }>(
        `select p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as definition
           from pg_proc p join pg_language l on l.oid = p.prolang
           where l.lanname = 'sql' and p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)`,
      );
      expect(rows.length).toBeGreaterThan(50);
      const refused: string[] = [];
      for (const { name, definition } of rows) {
        await client.query(definition).catch((error) => refused.push(`${name}: ${error.message}`));
      }
      expect(refused).toEqual([]);
    });
  });

  test("differ by what a draft brings", async () => {
    await withClient(declared.url, (client) =>
      client.query(`
        alter table public.plans add column max_text_messages public.amount;
        comment on column public.plans.max_text_messages is 'Text messages a period; null = unlimited.';
        drop policy "owners read their own notifications" on public.notifications;
        update public.plans set max_text_messages = 10 where plan_type = 'free';
        insert into private.settings (name, value, description) values ('drafted', '1', 'It''s new.');
        delete from private.settings where name = 'demo_length';
        select private.schedule_job('drafted', '5 * * * *', 'private.expire_demos', 'drafted');
        select cron.unschedule('expire_demos');
        delete from private.jobs where name = 'expire_demos';
      `),
    );
    expect(await differences()).toEqual([
      "missing column public.plans.max_text_messages",
      "missing cron job drafted",
      'unexpected policy public.notifications "owners read their own notifications"',
      "unexpected cron job expire_demos",
    ]);
    expect(await differentRows()).toHaveLength(8);

    const draft = await differenceOf(migrated.url, declared.url);
    await withClient(migrated.url, (client) => client.query(draft));
    expect(await differences()).toEqual([]);
    expect(await differentRows()).toEqual([]);
    expect(await differenceOf(migrated.url, declared.url)).toBe("");
  });
});

describe("a sealed migration", () => {
  test("is as it was", () => {
    expect(brokenSeals(join(projectRoot, "supabase"))).toEqual([]);
  });

  test("is named when it changes, goes, or comes late", () => {
    const supabase = join(folder, "supabase");
    const file = (name: string) => join(supabase, "migrations", name);
    cpSync(join(projectRoot, "supabase", "migrations"), join(supabase, "migrations"), {
      recursive: true,
    });
    expect(sealMigrations(supabase).length).toBeGreaterThan(0);
    expect(brokenSeals(supabase)).toEqual([]);
    expect(sealMigrations(supabase)).toEqual([]);

    writeFileSync(file("20000101000000_late.sql"), "select 1;\n");
    writeFileSync(file("99990101000000_next.sql"), "select 1;\n");
    writeFileSync(file("20261101000000_platform.sql"), "select 1;\n");
    rmSync(file("20261101000001_accounts.sql"));
    expect(brokenSeals(supabase).map((sentence) => sentence.split(/ (is|was) /)[0])).toEqual([
      "20261101000000_platform.sql",
      "20261101000001_accounts.sql",
      "20000101000000_late.sql",
      "99990101000000_next.sql",
    ]);
  });
});
