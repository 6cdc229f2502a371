import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AppliedMigrations, applyMigrations } from "../src/scratch/apply.ts";
import { startScratch } from "../src/scratch/scratch.ts";
import type { Platform } from "../src/scratch/start-platform.ts";

let scratch: Platform;
let outside: string;

beforeAll(async () => {
  scratch = await startScratch();
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
  ["create extension dblink", null],
  ["create extension postgres_fdw", null],
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
  ["select audit_emulation.make_member(array['supabase_admin'], array['postgres'])", "42501"],
  ["select audit_emulation.make_member(array['pg_read_server_files'], array['postgres'])", "42501"],
  ["select audit_emulation.make_extension('file_fdw', 'extensions')", "42501"],
  ["select audit_emulation.make_extension('plpython3u', 'extensions')", "42501"],
  ["select audit_emulation.make_text_type('pg_catalog', 'evil')", "42501"],
  ["select audit_emulation.make_geography_cast('public')", "42501"],
  ["select audit_emulation.make_role('evil superuser')", null],
] as const)("%s is contained", async (sql, code) => {
  const { reports } = await apply(sql.replaceAll("OUTSIDE", outside));
  const failures = reports.filter((each) => each.outcome === "failed").map((each) => each.code);
  expect(failures).toEqual(code === null ? [] : [code]);
  expect(existsSync(join(outside, "program"))).toBe(false);
  expect(existsSync(join(outside, "file"))).toBe(false);
});

test("what reaches other servers is stood in for, and not made", async () => {
  expect(
    await query("select extname from pg_extension where extname in ('dblink', 'postgres_fdw')"),
  ).toEqual([]);
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
  test("an endless loop without statement timeout is ended, and the next file is applied", async () => {
    const { reports, rolled_back } = await applyMigrations(
      scratch,
      [
        {
          name: "1_endless.sql",
          sql: "set statement_timeout = 0;\ndo $$ begin loop perform pg_sleep(0); end loop; end $$;",
        },
        { name: "2_next.sql", sql: "create table public.after_loop (id int);" },
      ],
      { strict: false, statementLimitMs: 2_000 },
    );
    expect(reports.map(({ line, code }) => ({ line, code }))).toEqual([
      { line: 2, code: "stopped" },
    ]);
    expect(rolled_back).toEqual(["1_endless.sql"]);
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

  test("terminating its own connection costs a file itself and no other", async () => {
    const { reports, rolled_back } = await applyMigrations(
      scratch,
      [
        {
          name: "1_suicide.sql",
          sql: "create table public.with_suicide (id int); select pg_terminate_backend(pg_backend_pid()); create table public.after_suicide (id int);",
        },
        { name: "2_next.sql", sql: "create table public.after_suicide (id int);" },
      ],
      { strict: false, statementLimitMs: 2_000 },
    );
    expect(reports).toHaveLength(1);
    expect(rolled_back).toEqual(["1_suicide.sql"]);
    expect(
      await query(
        "select to_regclass('public.with_suicide') is null as lost, to_regclass('public.after_suicide') is not null as made",
      ),
    ).toEqual([{ lost: true, made: true }]);
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

  test("what a file commits itself stays when it fails later", async () => {
    const { rolled_back } = await apply(
      "create table public.committed (id int);\ncommit;\ncreate table public.not_committed (id int);\nselect nothing;",
    );
    expect(rolled_back).toEqual(["1_try.sql"]);
    expect(
      await query(
        "select to_regclass('public.committed') is not null as kept, to_regclass('public.not_committed') is null as lost",
      ),
    ).toEqual([{ kept: true, lost: true }]);
  });

  test("concurrent indexes are made and dropped", async () => {
    const { reports } = await apply(
      "create table public.large (id int);\ncreate index concurrently large_id on public.large (id);\ndrop index concurrently public.large_id;",
    );
    expect(reports).toEqual([]);
  });

  test.each([true, false])(
    "a superuser's statement waits for no lock of its own file (strict: %s)",
    async (strict) => {
      const { reports } = await apply(
        `create table public.notes_${strict} (id int primary key, user_id uuid references auth.users (id));
      create function public.on_new_${strict}() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger on_new_user after insert on auth.users for each row execute function public.on_new_${strict}();
      drop trigger if exists on_new_user on auth.users;`,
        { strict },
      );
      expect(reports.map((each) => each.outcome)).toEqual(["emulated"]);
    },
  );

  test("what is emulated is rolled back with its file", async () => {
    await apply(
      "create role of_a_failed_file; create extension if not exists earthdistance; select nothing;",
    );
    expect(
      await query(
        "select (select count(*) from pg_roles where rolname = 'of_a_failed_file')::int as roles, (select count(*) from pg_extension where extname = 'earthdistance')::int as extensions",
      ),
    ).toEqual([{ roles: 0, extensions: 0 }]);
  });

  test.each(["", "with schema cron", "with schema extensions", "with schema pg_catalog"])(
    "pg_cron is made (%s)",
    async (where) => {
      const { reports } = await apply(
        `create extension if not exists pg_cron ${where}; select cron.schedule('nightly', '0 3 * * *', 'select 1');`,
      );
      expect(reports).toEqual([]);
    },
  );

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

  test("a statement that fails half-way through a file hides no other, and leaves nothing of it", async () => {
    const { reports, rolled_back } = await apply(
      "create table public.first (id int);\n\nalter table public.nowhere add column x int;\ncreate tabel typo (id int);\ncreate table public.second (id int);\nalter table public.second add column y int;",
    );
    expect(reports.map(({ line, code }) => ({ line, code }))).toEqual([
      { line: 3, code: "42P01" },
      { line: 4, code: "42601" },
    ]);
    expect(rolled_back).toEqual(["1_try.sql"]);
    expect(
      await query(
        "select to_regclass('public.first') as first, to_regclass('public.second') as second",
      ),
    ).toEqual([{ first: null, second: null }]);
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
    const { reports, stubbed_extensions, rolled_back } = await apply(`
      create extension if not exists vector with schema extensions;
      create extension if not exists postgis;
      create table public.documents (id int, embedding extensions.vector(1536), place geography(point, 4326));
      create index on public.documents using hnsw (embedding vector_cosine_ops);
      create index documents_place on public.documents using gist (place);
      comment on index public.documents_place is 'where';
    `);
    expect(rolled_back).toEqual([]);
    expect(stubbed_extensions).toEqual(["vector", "postgis"]);
    expect(reports.map((each) => each.outcome)).toEqual([
      "stubbed",
      "stubbed",
      "emulated",
      "stubbed",
      "stubbed",
    ]);
  });

  test("a block makes the role that is not there", async () => {
    const { reports } = await apply(
      "do $$ begin if not exists (select from pg_roles where rolname = 'operator') then create role operator superuser; end if; end $$; grant select on auth.users to operator;",
    );
    expect(reports).toEqual([]);
    expect(
      await query("select rolsuper, rolcanlogin from pg_roles where rolname = 'operator'"),
    ).toEqual([{ rolsuper: false, rolcanlogin: false }]);
  });

  test("an extension without a schema goes where the search path leads, as in a deployment", async () => {
    const { reports } = await apply(
      "create extension unaccent; create extension pg_trgm with schema extensions; create table public.spots (at public.halfvec(3), v public.vector);",
    );
    expect(reports.map(({ code }) => code)).toEqual(["42704"]);
    const made = await apply(
      "create extension unaccent; create extension timescaledb; select create_hypertable('auth.users', 'created_at');",
    );
    expect(made.rolled_back).toEqual([]);
    expect(await query("select to_regproc('public.unaccent') is null as elsewhere")).toEqual([
      { elsewhere: true },
    ]);
  });
});
