import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit } from "../src/audit.ts";
import { auditCode } from "../src/audit-code.ts";
import { checkSchema } from "../src/checks/check-schema.ts";
import { readSources } from "../src/code/source-files.ts";
import { schemaOfDatabase } from "../src/database-schema.ts";
import { readProjectFacts } from "../src/project.ts";
import { renderText } from "../src/render.ts";
import type { Schema } from "../src/schema/model.ts";
import { applyMigrations } from "../src/scratch/apply.ts";
import { namesInRows, readMigrationFiles } from "../src/scratch/migration-files.ts";
import { startScratch } from "../src/scratch/scratch.ts";

const migrations = fileURLToPath(new URL("../corpus/migrations", import.meta.url));
const client = `import { createClient } from "@supabase/supabase-js";\nconst db = createClient("", "");\n`;

const doubtful = `
create table public.visits (id int, at timestamptz not null, project_id uuid references public.projects (id) on delete cascade, primary key (id, at)) partition by range (at);
create index on public.visits (project_id);
create table public.visits_2026 partition of public.visits for values from ('2026-01-01') to ('2027-01-01');
alter table public.visits enable row level security;
alter table public.visits_2026 enable row level security;
create policy "signed-in people read visits" on public.visits for select to authenticated using (true);
create policy "people of the project" on public.visits for delete to authenticated
  using (exists (select from public.projects p where p.id = visits.project_id and p.owner_id = auth.uid()));
create policy "authors change their comments" on public.comments for update to authenticated
  using (author_id = (select auth.uid())) with check (true);
`;

let folder: string;
let schema: Schema;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "audit-bases-"));
  const scratch = await startScratch();
  try {
    const files = [...readMigrationFiles(migrations), { name: "9_doubtful.sql", sql: doubtful }];
    const { reports } = await applyMigrations(scratch, files, { strict: true });
    expect(reports).toEqual([]);
    schema = await schemaOfDatabase(scratch.url);
  } finally {
    await scratch.stop();
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(files: Record<string, string>): string {
  const root = mkdtempSync(join(folder, "base-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** What is found in code, as `kind file:line`. */
async function findingsOf(files: Record<string, string>): Promise<string[]> {
  const root = make(files);
  const facts = readProjectFacts(join(root, "supabase"), readSources(root).supabaseFolders);
  const { context } = await auditCode(root, schema, facts);
  return context.findings.map(({ kind, place }) => `${kind} ${place.file}:${place.line}`);
}

const silent: Record<string, Record<string, string>> = {
  "a key without a value is not sent": {
    "a.ts": `${client}export const save = (row: { id: string; name: string }) => db.from("projects").update({ ...row, draft: undefined }).eq("id", row.id);`,
  },
  "what is put on an object after it was sent": {
    "a.ts": `${client}export async function save(id: string) {
  const row: any = { owner_id: id, name: "a", slug: "a" };
  const rows = [row];
  await db.from("projects").insert(rows);
  row.owner = { name: "Ann" };
  rows.push({ nothing: 1 });
  return row;
}`,
  },
  "an empty text that every way replaces": {
    "a.ts": `${client}export async function save(isOk: boolean) {
  let status = "";
  if (isOk) status = "active"; else status = "closed";
  await db.from("projects").update({ status }).eq("id", "x");
}`,
  },
  "another first value that every way replaces": {
    "a.ts": `${client}export async function save(n: number) {
  let status = "unknown";
  switch (n) { case 1: status = "active"; break; case 2: throw new Error(); default: status = "closed"; }
  await db.from("projects").update({ status }).eq("id", "x");
}`,
  },
  "what a form of Svelte sets, and what a reactive statement does": {
    "Form.svelte": `<script>\n${client}let status = "";\nconst save = () => db.from("projects").update({ status }).eq("id", "x");\n</script>\n<select bind:value={status}></select>`,
    "Reactive.svelte": `<script>\n${client}export let project;\nlet status = "";\n$: status = project.status;\nconst save = () => db.from("projects").update({ status }).eq("id", "x");\n</script>`,
  },
  "a value that a condition keeps away": {
    "a.ts": `${client}let filter = "all";
export const set = (next: "active" | "closed") => { filter = next; };
export function list(status: "active" | "closed" | "all", other: "active" | "any") {
  let q = db.from("projects").select("id");
  if (filter !== "all") q = q.eq("status", filter);
  if (["active", "closed"].includes(status)) q = q.eq("status", status);
  if (other === "any") return q;
  return q.eq("status", other);
}`,
  },
  "the null that a store begins with": {
    "a.ts": `${client}const first = { owner: null as string | null };
const useStore = () => first;
export function save() {
  const { owner } = useStore();
  if (!owner) return null;
  return db.from("projects").insert({ owner_id: owner, name: "a", slug: "a" });
}`,
  },
  "a builder of another library by its type": {
    "a.ts": `import type { Knex } from "knex";\nexport const a = (db: Knex) => db.from("orders").select("x");`,
    "b.ts": `${client}export const b = () => db.from("projects").select("id");`,
  },
  "an Edge Function of another app of the monorepo": {
    "apps/admin/a.ts": `${client}export const a = () => db.functions.invoke("report");`,
    "apps/admin/supabase/functions/report/index.ts": "export {};",
    "supabase/functions/hello/index.ts": "export {};",
  },
  "what a row has by an alias, a path into JSON, an embed or a count": {
    "a.ts": `${client}export async function show() {
  const { data } = await db.from("tasks").select("label:title, count:number, comments(body), projects(slug)").single();
  const { data: people } = await db.from("profiles").select("settings->theme, full_name");
  const [{ data: one }] = await Promise.all([db.from("projects").select("*").single()]);
  return [data?.label, data?.count, data?.comments, people?.map((each) => each.theme), one?.slug];
}
export async function change() {
  const { data: rows } = await db.from("projects").select("id");
  const { data: made } = await db.from("labels").insert({ name: "a" }).select().single();
  console.log(made.color);
  rows?.forEach((row: any) => { row.extra = 1; return row.extra; });
  return rows?.length;
}`,
  },
};

test.each(Object.entries(silent))("says nothing of %s", async (_, files) => {
  expect(await findingsOf(files)).toEqual([]);
});

const found: Record<string, [Record<string, string>, string[]]> = {
  "a key without a value in an array, which is named in the request": [
    {
      "a.ts": `${client}export const a = () => db.from("labels").insert([{ name: "a", draft: undefined }]);`,
    },
    ["missing_column a.ts:3"],
  ],
  "what is put on an object in a loop around the call": [
    {
      "a.ts": `${client}export async function save() {
  const row: any = { name: "a" };
  for (const _ of [1, 2]) {
    await db.from("labels").upsert(row);
    row.owner = 1;
  }
}`,
    },
    ["missing_column a.ts:7"],
  ],
  "a value that the other branch lets through": [
    {
      "a.ts": `${client}export function list(status: "active" | "all") {
  const q = db.from("projects").select("id");
  return status === "active" ? q : q.eq("status", status);
}`,
    },
    ["value_not_allowed a.ts:5"],
  ],
  "tables of routes called vendor and build": [
    {
      "app/vendor/page.tsx": `${client}export const a = () => db.from("vendors").select("*");`,
      "app/build/page.tsx": `${client}export const a = () => db.from("builds").select("*");`,
    },
    ["missing_table app/build/page.tsx:3", "missing_table app/vendor/page.tsx:3"],
  ],
  "what is read of a row and not there": [
    {
      "a.ts": `${client}export async function show(id: string) {
  const { data } = await db.from("profiles").select("*").eq("id", id).single();
  const { data: rows } = await db.from("projects").select("id, name");
  const [{ data: tasks }] = await Promise.all([db.from("tasks").select("title")]);
  for (const row of rows ?? []) console.log(row.slug);
  const { nick } = data!;
  return [data?.email_support, rows?.map(({ status }) => status), tasks![0].resolved_at];
}`,
    },
    [
      "column_not_selected a.ts:7",
      "missing_column a.ts:8",
      "missing_column a.ts:9",
      "column_not_selected a.ts:9",
      "missing_column a.ts:9",
    ],
  ],
};

test.each(Object.entries(found))("finds %s", async (_, [files, due]) => {
  expect((await findingsOf(files)).sort()).toEqual([...due].sort());
});

describe("the schema", () => {
  const used = async (list: string) => {
    const root = make({
      "a.ts": `${client}export const a = () => db.from("tasks").select("${list}");`,
    });
    return (await auditCode(root, schema, readProjectFacts(root))).context.used;
  };
  const objects = (names: ReadonlySet<string>) =>
    checkSchema(schema, ["public"], names, "").map(({ kind, object }) => `${kind} ${object}`);

  test("a junction is used by the embed through it, and a partition through its parent", async () => {
    expect(objects(await used("id, labels(name)"))).not.toContain("unused_table task_labels");
    const all = objects(await used("id"));
    expect(all).toContain("unused_table task_labels");
    expect(all).not.toContain("unused_table visits_2026");
    expect(all).not.toContain("rls_without_policy visits_2026");
  });

  test("a table is used by a row of the migrations that names it, and not by rows of its own", () => {
    const sql = `insert into public.parts (view_name) values ('public.visits'), ('no name. here');
      insert into public.labels (name) values ('x'); select 'public.tasks';`;
    expect(namesInRows([{ name: "1_a.sql", sql }])).toEqual(["public.visits"]);
  });

  test("a call within EXISTS runs for every row", async () => {
    expect(objects(new Set())).toContain('unwrapped_auth_call visits "people of the project"');
  });

  test("USING keeps an update to own rows; WITH CHECK (true) lets them be given away", () => {
    const [policy] = checkSchema(schema, ["public"], new Set(), "").filter(
      ({ kind }) => kind === "policy_always_true",
    );
    expect(policy?.object).toBe('comments "authors change their comments"');
    expect(policy?.message).not.toContain("update every row");
  });
});

test("files that make nothing are named, and are the cause of what is missing", async () => {
  const root = make({
    "package.json": "{}",
    "dist/bundle.js": "",
    "public/app.js": `${client}db.from("bundled").select("id");${"x();".repeat(1_000)}`,
    "a.ts": `${client}export const a = () => [db.from("ghosts").select("id"), db.from("extras").select("id"), db.from("people").select("nickname"), db.from("people").select("age"), db.storage.from("files").list()];`,
    "supabase/migrations/1_base.sql": "create table public.people (id int primary key);",
    "supabase/migrations/2_half.sql":
      "create table public.ghosts (id int primary key,\n age int);\ninsert into storage.buckets (id, name) values ('files', 'files');\nalter table public.people add column nickname text;\nselect nothing;",
    "supabase/migrations/add_extras.sql": "create table public.extras (id int primary key);",
  });
  const { report } = await audit({
    code: root,
    database: { migrations: join(root, "supabase", "migrations") },
  });
  expect(report.code.map(({ kind, hint }) => [kind, hint?.split(" ")[0]])).toEqual([
    ["missing_table", "2_half.sql"],
    ["missing_table", "add_extras.sql"],
    ["missing_column", "2_half.sql"],
    ["missing_column", undefined],
    ["missing_bucket", "2_half.sql"],
  ]);
  expect(report.skipped_files).toEqual(["public/app.js"]);
  expect(report.migrations?.rolled_back).toEqual(["2_half.sql"]);
  expect(report.skipped_migrations).toEqual(["add_extras.sql"]);
  expect(report.skipped_folders).toEqual(["dist/"]);
});

test("a function whose body needs an extension that is not installed is there, and the next body is checked again", async () => {
  const root = make({
    "a.ts": `${client}export const near = () => db.rpc("near_notes", { to: "[1]" });\nexport const gone = () => db.rpc("broken");`,
    "supabase/migrations/1_notes.sql": `create extension vector with schema extensions;
      create table public.notes (id int primary key, place extensions.vector(3));
      create function public.near_notes("to" extensions.vector) returns setof int language sql
        as 'select id from public.notes order by place <=> "to"';`,
    "supabase/migrations/2_broken.sql":
      "create function public.broken() returns int language sql as 'select id from public.nowhere';",
  });
  const { report } = await audit({
    code: root,
    database: { migrations: join(root, "supabase", "migrations") },
  });
  expect(report.code.map(({ kind, place }) => [kind, place.line])).toEqual([
    ["missing_function", 4],
  ]);
  expect(report.migrations?.rolled_back).toEqual(["2_broken.sql"]);
});

test("a folder with migrations of its own is another project, unless they are the ones that are audited", async () => {
  const presets = "presets/queue/supabase/migrations";
  const root = make({
    "a.ts": `${client}export const a = () => db.from("people").select("id");`,
    "supabase/migrations/1_base.sql": "create table public.people (id int primary key);",
    "presets/queue/b.ts": `${client}export const b = () => db.from("jobs").select("id");`,
    [`${presets}/1_jobs.sql`]: "create table public.jobs (id int primary key);",
  });
  const auditWith = async (migrations: string) => {
    const { report } = await audit({
      code: root,
      database: { migrations: join(root, migrations) },
    });
    return [report.code.map(({ place }) => place.file), report.skipped_projects];
  };
  expect(await auditWith("supabase/migrations")).toEqual([[], ["presets/queue/"]]);
  expect(await auditWith(presets)).toEqual([["a.ts"], []]);
});

test("stand-ins are where Postgres would make the extension, once, with what tables and views name", async () => {
  const root = make({
    "a.ts": `${client}export const a = () => [db.from("places").select("id, point"), db.from("near").select("x, json, far, like")];\nexport const b = () => db.schema("pgmq_public").rpc("pop", { queue_name: "mail" });`,
    "supabase/migrations/1_places.sql": `
      create schema gis;
      create extension if not exists postgis with schema gis;
      create extension if not exists vector;
      create extension if not exists postgis;
      create extension if not exists pgmq;
      create extension if not exists timescaledb;
      select create_hypertable('auth.users', 'created_at');
      set search_path = public, gis;
      create table public.places (id int, lng float, lat float, place gis.geography not null, meaning public.vector(3),
        point gis.geography(Point, 4326) generated always as (st_setsrid(st_makepoint(lng, lat), 4326)::gis.geography) stored);
      insert into public.places (place) select st_geogfromtext('POINT(1 1)') union select 'POINT(2 2)';
      create view public.near as select id, st_x(place::geometry) as x, st_asgeojson(place) as json,
        place <-> st_point(1, 1)::geography as far, 1 - (meaning <=> '[1,2,3]') as "like"
        from public.places where st_dwithin(place, st_point(1, 1)::geography, 5);
      create materialized view public.centres as select st_centroid(st_collect(place::geometry)) as at from public.places;
      select pgmq.create('mail');
      alter table pgmq.q_mail enable row level security;`,
  });
  const { report } = await audit({
    code: root,
    database: { migrations: join(root, "supabase", "migrations") },
  });
  expect(report.migrations?.reports.filter((each) => each.outcome === "failed")).toEqual([]);
  expect(report.code).toEqual([]);
});

test("what changes in a file that fails is told apart from what no file makes", async () => {
  const root = make({
    "a.ts": `${client}export const a = () => db.from("people").update({ kind: "b" }).eq("id", 1);
export const b = () => db.from("people").update({ kind: "c" }).eq("id", 1);
export const c = () => db.rpc("by_name");`,
    "supabase/migrations/1_base.sql":
      "create table public.people (id int primary key, kind text check (kind in ('a')));",
    "supabase/migrations/2_more.sql": `
      create function public.by_name() returns setof text language sql as 'select name from public.names';
      create table public.names (name text);
      alter table public.people drop constraint people_kind_check, add check (kind in ('a', 'b'));`,
  });
  const { report } = await audit({
    code: root,
    database: { migrations: join(root, "supabase", "migrations") },
  });
  expect(report.code.map(({ kind, hint }) => [kind, hint?.split(" ")[0]])).toEqual([
    ["value_not_allowed", "a"],
    ["value_not_allowed", undefined],
    ["missing_function", "2_more.sql"],
  ]);
  const text = renderText(report, false);
  expect(text).toMatch(/^Missing: 1 in 1 places/);
  expect(text).toContain("Missing because migrations are not applied: 2 in 2 places");
});

test("two conditions that guard each other end", async () => {
  expect(
    await findingsOf({
      "a.ts": `${client}export const add = (all: string[]) => {
  let roles = ["owner"];
  let role = "owner";
  for (const next of all) {
    if (!roles.includes(role)) roles = [...roles, role];
    role = next;
  }
  return db.from("projects").select("id").in("name", roles);
};`,
    }),
  ).toEqual([]);
});
