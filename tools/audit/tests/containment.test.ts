import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AppliedMigrations, applyMigrations } from "../scratch/apply.ts";
import { type Platform, startScratch } from "../scratch/scratch.ts";
import { startPlatform } from "./platform.ts";

let scratch: Platform;
let outside: string;

beforeAll(async () => {
  scratch = await startScratch(startPlatform);
  outside = mkdtempSync(join(tmpdir(), "audit-outside-"));
});
afterAll(async () => {
  await scratch.stop();
  rmSync(outside, { recursive: true, force: true });
  expect(existsSync(scratch.folder)).toBe(false);
});

/** Applies one file and returns what was reported of it. */
async function apply(sql: string, options: { strict?: boolean } = {}): Promise<AppliedMigrations> {
  return await applyMigrations(scratch, [{ name: "1_try.sql", sql }], {
    strict: options.strict ?? false,
    statementLimitMs: 2_000,
  });
}

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: scratch.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test("the login is neither superuser nor may it make roles, also not through its memberships", async () => {
  const rows = await query<{ rolname: string }>(
    "select rolname from pg_roles where (rolsuper or rolcreaterole or rolcreatedb or rolreplication) and pg_has_role(current_user, oid, 'member')",
  );
  expect(rows).toEqual([]);
  const predefined = await query<{ rolname: string }>(
    "select rolname from pg_roles where rolname ~ '^pg_' and pg_has_role(current_user, oid, 'member')",
  );
  expect(predefined.map((row) => row.rolname)).toEqual(["pg_database_owner"]);
});

test("the server listens on no network address", async () => {
  const [row] = await query<{ listens: string }>(
    "select current_setting('listen_addresses') as listens",
  );
  expect(row?.listens).toBe("");
});

// Each with the SQLSTATE of Postgres' refusal, or `refused` where it does not even reach Postgres.
test.each([
  ["copy (select 1) to program 'touch OUTSIDE/program'", "refused"],
  ["copy (select 1) to 'OUTSIDE/file'", "refused"],
  ["create table t_in (x text); copy t_in from '/etc/passwd'", "refused"],
  ["do $$ begin execute 'copy (select 1) to program ''touch OUTSIDE/program'''; end $$", "42501"],
  ["do $$ begin execute 'copy (select 1) to ''OUTSIDE/file'''; end $$", "42501"],
  ["select pg_read_file('/etc/passwd')", "42501"],
  ["select pg_read_binary_file('/etc/passwd')", "42501"],
  ["select pg_ls_dir('/')", "42501"],
  ["select lo_import('/etc/passwd')", "42501"],
  ["select lo_export(1, 'OUTSIDE/file')", "42501"],
  ["create extension dblink", "42501"],
  ["create extension postgres_fdw", "42501"],
  ["create extension file_fdw", "42501"],
  ["create extension plpython3u", "42501"],
  ["create extension plperlu", "42501"],
  ["create extension adminpack", null],
  ["alter system set archive_command = 'touch OUTSIDE/archived'", "refused"],
  ["drop database postgres", "refused"],
  ["create database other", "refused"],
  ["load 'auto_explain'", "refused"],
  ["create subscription s connection 'host=127.0.0.1' publication p", "refused"],
  ["set session authorization supabase_admin", "42501"],
  ["set role supabase_admin", "42501"],
  ["do $$ begin execute 'create role backdoor superuser'; end $$", "42501"],
  ["do $$ begin execute 'alter role postgres superuser'; end $$", "42501"],
  ["do $$ begin execute 'grant pg_execute_server_program to postgres'; end $$", "42501"],
  ["do $$ begin execute 'grant supabase_admin to postgres'; end $$", "42501"],
  ["create function public.evil() returns int language c as '/lib/x.so', 'evil'", "42501"],
  ["create function public.evil() returns int language internal as 'pg_reload_conf'", "42501"],
  ["update pg_catalog.pg_authid set rolsuper = true", "42501"],
  ["select pg_reload_conf()", "42501"],
  ["drop schema auth cascade", "42501"],
] as const)("%s is contained", async (sql, code) => {
  const { reports } = await apply(sql.replaceAll("OUTSIDE", outside));
  const failures = reports.filter((each) => each.outcome === "failed").map((each) => each.code);
  expect(failures).toEqual(code === null ? [] : [code]);
  expect(existsSync(join(outside, "program"))).toBe(false);
  expect(existsSync(join(outside, "file"))).toBe(false);
});

test("a role is made without attributes, whatever the statement says", async () => {
  const { reports } = await apply(
    "create role app_owner superuser createrole login password 'x'; grant pg_read_server_files to app_owner; set role app_owner; reset role; create table public.after_reset (id int);",
  );
  expect(reports.map((each) => each.outcome)).toEqual(["emulated", "emulated"]);
  const roles = await query(
    "select rolsuper, rolcreaterole, rolcanlogin from pg_roles where rolname = 'app_owner'",
  );
  expect(roles).toEqual([{ rolsuper: false, rolcreaterole: false, rolcanlogin: false }]);
  const [owner] = await query<{ owner: string }>(
    "select tableowner as owner from pg_tables where tablename = 'after_reset'",
  );
  expect(owner?.owner).toBe("postgres");
});

describe("limits are held from outside", () => {
  test("an endless loop without statement timeout is ended, and the next statement runs", async () => {
    const { reports } = await apply(
      "set statement_timeout = 0;\ndo $$ begin loop perform pg_sleep(0); end loop; end $$;\ncreate table public.after_loop (id int);",
    );
    expect(reports.map(({ line, code }) => ({ line, code }))).toEqual([
      { line: 2, code: "stopped" },
    ]);
    expect(await query("select to_regclass('public.after_loop') is not null as made")).toEqual([
      { made: true },
    ]);
  });

  test("a loop that swallows what cancels it is ended as well", async () => {
    const { reports } = await apply(
      "do $$ begin loop begin perform pg_sleep(1); exception when query_canceled then null; end; end loop; end $$",
    );
    expect(reports.map((each) => each.code)).toEqual(["stopped"]);
  });

  test("endless rows do not fill our memory", async () => {
    const before = process.memoryUsage().heapUsed;
    const { reports } = await apply("select repeat('x', 1000) from generate_series(1, 1000000000)");
    expect(reports.map((each) => each.code)).toEqual(["stopped"]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 ** 2);
  });

  test("terminating its own connection costs a file no more than that statement", async () => {
    const { reports } = await apply(
      "select pg_terminate_backend(pg_backend_pid()); create table public.after_suicide (id int);",
    );
    expect(reports.map((each) => each.line)).toEqual([1]);
    expect(await query("select to_regclass('public.after_suicide') is not null as made")).toEqual([
      { made: true },
    ]);
  });
});

describe("what migrations do", () => {
  test("transaction control is reported and its statements are applied", async () => {
    const { reports } = await apply(
      "begin;\ncreate table public.in_transaction (id int);\ncommit;\nrollback;\nsavepoint a;",
    );
    expect(reports.map(({ outcome, line }) => ({ outcome, line }))).toEqual(
      [1, 3, 4, 5].map((line) => ({ outcome: "emulated", line })),
    );
    expect(await query("select to_regclass('public.in_transaction') is not null as made")).toEqual([
      { made: true },
    ]);
  });

  test("a DO block may commit, as it may outside of a transaction", async () => {
    const { reports } = await apply(
      "create table public.batches (id int);\ndo $$ begin insert into public.batches values (1); commit; insert into public.batches values (2); end $$;",
    );
    expect(reports).toEqual([]);
  });

  test("concurrent indexes are made", async () => {
    const { reports } = await apply(
      "create table public.large (id int);\ncreate index concurrently large_id on public.large (id);",
    );
    expect(reports).toEqual([]);
  });

  test("auth.users and storage.objects take triggers, keys and policies", async () => {
    const { reports } = await apply(`
      create table public.people (id uuid primary key references auth.users (id) on delete cascade);
      create function public.on_sign_up() returns trigger language plpgsql security definer as $$
        begin insert into public.people (id) values (new.id); return new; end $$;
      create trigger on_auth_user_created after insert on auth.users for each row execute function public.on_sign_up();
      insert into storage.buckets (id, name) values ('files', 'files');
      create policy "own files" on storage.objects for select using (owner_id = (select auth.uid())::text);
      insert into auth.users (id, email) values (gen_random_uuid(), 'someone@example.test');
      drop trigger if exists on_auth_user_created on auth.users;
    `);
    expect(reports.map((each) => each.outcome)).toEqual(["emulated"]);
    expect(await query("select count(*)::int as people from public.people")).toEqual([
      { people: 1 },
    ]);
  });

  test("a statement that fails half-way through a file hides no other", async () => {
    const { reports } = await apply(
      "create table public.first (id int);\n\nalter table public.nowhere add column x int;\ncreate tabel typo (id int);\ncreate table public.second (id int);",
    );
    expect(reports.map(({ line, code }) => ({ line, code }))).toEqual([
      { line: 3, code: "42P01" },
      { line: 4, code: "42601" },
    ]);
    expect(await query("select to_regclass('public.second') is not null as made")).toEqual([
      { made: true },
    ]);
  });

  test("strict stops at the first failure and rolls its file back", async () => {
    const { reports, stopped_at } = await apply(
      "create table public.strict_first (id int);\nselect nothing;\ncreate table public.strict_second (id int);",
      { strict: true },
    );
    expect(reports.map((each) => each.line)).toEqual([2]);
    expect(stopped_at).toBe("1_try.sql");
    expect(await query("select to_regclass('public.strict_first') as first")).toEqual([
      { first: null },
    ]);
  });

  test("extensions that are not installed are stood in for and named", async () => {
    const { reports, stubbed_extensions } = await apply(`
      create extension if not exists vector with schema extensions;
      create extension if not exists postgis;
      create table public.documents (id int, embedding extensions.vector(1536), place geography(point, 4326));
      create index on public.documents using hnsw (embedding vector_cosine_ops);
    `);
    expect(stubbed_extensions).toEqual(["vector", "postgis"]);
    expect(reports.map((each) => each.outcome)).toEqual(["stubbed", "stubbed", "emulated"]);
  });
});
