import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type RunningDatabase, startDatabase } from "../database.ts";
import { templateFolder } from "../postgres/template.ts";
import { projectRoot } from "../project.ts";
import { withClient } from "../with-client.ts";

const folder = mkdtempSync(join(tmpdir(), "switchboard-template-"));
const started: RunningDatabase[] = [];
afterAll(async () => {
  for (const database of started) await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string): Promise<RunningDatabase> {
  const database = await startDatabase({ data: join(folder, name), durable: false });
  started.push(database);
  return database;
}

async function ask(url: string, sql: string): Promise<unknown> {
  return withClient(url, async (client) => {
    return (await client.query(sql)).rows[0];
  });
}

describe("a new database", () => {
  test("is a copy of the one that was migrated before it, with a password of its own", async () => {
    const one = await start("one"); // Leaves the template behind, unless an earlier run has.
    expect(existsSync(templateFolder())).toBe(true);
    const two = await start("two");
    const identity = "select system_identifier from pg_control_system()";
    expect(await ask(two.superuser_url, identity)).toEqual(await ask(one.superuser_url, identity));
    const migrations = "select count(*) from supabase_migrations.schema_migrations";
    expect(await ask(two.url, migrations)).toEqual(await ask(one.url, migrations));

    for (const role of ["supabase_admin", "postgres", "authenticator", "supabase_auth_admin"]) {
      const stranger = new URL(two.url);
      stranger.username = role;
      await ask(stranger.href, "select 1");
      stranger.password = new URL(one.url).password;
      await expect(ask(stranger.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
    }
  });

  test("is made anew when the copy does not work", async () => {
    const damaged = join(folder, "damaged");
    mkdirSync(join(damaged, "base"), { recursive: true });
    const database = await startDatabase({
      data: join(folder, "three"),
      durable: false,
      template: damaged,
    });
    started.push(database);
    expect(await ask(database.url, "select 1 as n")).toEqual({ n: 1 });
  });
});

test("another migration, or an edited one, means another template", () => {
  const root = join(folder, "project");
  for (const name of ["package.json", "local", "packages", "supabase/migrations"]) {
    cpSync(join(projectRoot, name), join(root, name), { recursive: true });
  }
  const before = templateFolder(root);
  expect(before).toBe(templateFolder());
  appendFileSync(join(root, "supabase/migrations/20261101000000_platform.sql"), "\n");
  const edited = templateFolder(root);
  expect(edited).not.toBe(before);
  appendFileSync(join(root, "supabase/migrations/20990101000000_another.sql"), "select 1;\n");
  expect(templateFolder(root)).not.toBe(edited);
});
