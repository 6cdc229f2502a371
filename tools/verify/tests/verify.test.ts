import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningDatabase, startDatabase } from "../../../local/database.ts";
import { functionNames, projectRoot } from "../../../local/project.ts";
import { listenOnLoopback } from "../../listen.ts";
import { runVerify } from "../command.ts";
import { type Item, problems } from "../report.ts";
import { buildExpected, type Expected, verify } from "../verify.ts";

let data: string;
let database: RunningDatabase;
let client: pg.Client;
let expected: Expected;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "verify-"));
  database = await startDatabase({ data, durable: false });
  expected = await buildExpected({ root: projectRoot });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    "select vault.create_secret('http://127.0.0.1:1/functions/v1', 'switchboard_functions_url'), vault.create_secret('sb_secret_x', 'switchboard_secret_key')",
  );
});
afterAll(async () => {
  await client.end();
  await database.stop();
  rmSync(data, { recursive: true, force: true });
});

async function wrong(): Promise<Item[]> {
  return problems(await verify({ databaseUrl: database.url, root: projectRoot, expected }));
}

test("a database with this version's migrations has everything", async () => {
  const report = await verify({ databaseUrl: database.url, root: projectRoot, expected });
  expect(problems(report)).toEqual([]);
  const kinds = new Set(report.items.map((item) => item.kind));
  for (const kind of [
    "migration",
    "table",
    "column",
    "index",
    "policy",
    "trigger",
    "function",
    "grant",
    "cron job",
    "secret",
    "health",
  ]) {
    expect(kinds).toContain(kind);
  }
  expect(report.totals.table?.present).toBeGreaterThan(10);
  expect(report.totals.table?.present).toBe(report.totals.table?.expected);
});

test("what is broken is named, and the given commands mend it", async () => {
  const [index] = (
    await client.query<{ name: string }>(
      "select indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indrelid where c.relname = 'job_runs' and not indisunique limit 1",
    )
  ).rows;
  await client.query(`
    drop index private.${index?.name.replace("private.", "")};
    drop policy "owners edit their own profile" on public.profiles;
    alter table public.profiles disable row level security;
    alter table public.profiles disable trigger user;
    create or replace function private.is_admin() returns boolean language sql stable security definer set search_path = '' as 'select true';
    revoke execute on function public.inbox_health() from service_role;
    grant delete on public.profiles to anon;
    grant execute on function private.end_demo(uuid, text) to authenticated;
    alter table public.profiles drop column workspace_email;
    alter table private.job_runs drop constraint run_ends_after_it_started;
    select cron.unschedule((select jobname from cron.job order by jobname limit 1));
    delete from vault.secrets where name = 'switchboard_secret_key';
  `);
  const items = await wrong();
  const named = items.map((item) => `${item.state} ${item.kind} ${item.name}`);
  expect(named).toEqual(
    expect.arrayContaining([
      `missing index ${index?.name}`,
      'missing policy public.profiles "owners edit their own profile"',
      "different row level security public.profiles",
      "different function private.is_admin()",
      'missing grant execute on function "public".inbox_health() to service_role',
      'unexpected grant delete on table "public"."profiles" to anon',
      'unexpected grant execute on function "private".end_demo(p_user_id uuid, p_reason text) to authenticated',
      "missing column public.profiles.workspace_email",
      "missing constraint private.job_runs.run_ends_after_it_started",
      "missing secret Vault: switchboard_secret_key",
      "unhealthy health call of the maintenance function",
    ]),
  );
  expect(named.filter((name) => name.startsWith("different trigger public.profiles"))).not.toEqual(
    [],
  );
  expect(named.filter((name) => name.startsWith("missing cron job"))).toHaveLength(1);

  // Twice: a constraint or grant of a column can only be made once the column is there.
  for (let round = 0; round < 2; round++) {
    for (const item of await wrong()) {
      if (item.mend === null || !("sql" in item.mend) || item.kind === "health") continue;
      await client.query(item.mend.sql.replace("<value>", "sb_secret_x"));
    }
  }
  expect(await wrong()).toEqual([]);
});

test("it changes nothing: its session may not write", async () => {
  await client.query("select pg_stat_force_next_flush()");
  const before = await client.query(
    "select sum(n_tup_ins + n_tup_upd + n_tup_del)::int as writes from pg_stat_user_tables",
  );
  await wrong();
  await client.query("select pg_stat_force_next_flush()");
  const after = await client.query(
    "select sum(n_tup_ins + n_tup_upd + n_tup_del)::int as writes from pg_stat_user_tables",
  );
  expect(after.rows).toEqual(before.rows);
});

test("a database without the newest migration is mended by a push", async () => {
  await client.query("begin");
  const { rows } = await client.query<{ version: string }>(
    "delete from supabase_migrations.schema_migrations where version = (select max(version) from supabase_migrations.schema_migrations) returning version",
  );
  await client.query("commit");
  const [item, ...others] = (await wrong()).filter((each) => each.kind === "migration");
  expect(item?.name.startsWith(`${rows[0]?.version}_`)).toBe(true);
  expect(item?.mend).toEqual({ shell: 'npx supabase db push --remote="$DB_URL"' });
  expect(others).toEqual([]);
  await client.query("insert into supabase_migrations.schema_migrations (version) values ($1)", [
    rows[0]?.version,
  ]);
});

test("dead events and overdue jobs are unhealthy", async () => {
  await client.query(`
    insert into public.webhook_events (provider, dedupe_key, event_type, payload, status, received_at, request_id, next_attempt_at, settled_at)
      values ('zoom', 'verify', 'x', '{}', 'dead', now(), 'verify', null, now());
    update private.jobs set scheduled_at = now() - interval '3 days' where name = (select min(name) from private.jobs);
  `);
  const names = (await wrong()).map((item) => `${item.state} ${item.name}`);
  expect(names).toContain("unhealthy inbox of zoom");
  expect(names.filter((name) => name.startsWith("unhealthy job "))).toHaveLength(1);
  await client.query(
    "delete from public.webhook_events; update private.jobs set scheduled_at = now()",
  );
});

test("functions that answer are present, others are named with their deployment", async () => {
  const [absent = "", broken = "", ...answering] = functionNames();
  const server = createServer((request, response) => {
    const name = request.url?.slice(1);
    response.statusCode = name === absent ? 404 : name === broken ? 503 : 401;
    response.end();
  });
  const { url, stop } = await listenOnLoopback(server);
  try {
    const report = await verify({
      databaseUrl: database.url,
      root: projectRoot,
      expected,
      functionsUrl: url,
    });
    const items = report.items.filter((item) => item.kind === "edge function");
    expect(items.map(({ name, state }) => ({ name, state }))).toEqual([
      { name: absent, state: "missing" },
      { name: broken, state: "unhealthy" },
      ...answering.map((name) => ({ name, state: "present" })),
    ]);
    expect(items[0]?.mend).toEqual({ shell: `npx supabase functions deploy ${absent} --use-api` });
  } finally {
    await stop();
  }
});

test("an Auth that confirms addresses by itself is named", async () => {
  let settings = { mailer_autoconfirm: true, external: { anonymous_users: true } };
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/auth/v1/settings") {
      asked.push(String(request.headers.apikey));
      response.end(JSON.stringify(settings));
    } else {
      response.statusCode = 401;
      response.end();
    }
  });
  const { url, stop } = await listenOnLoopback(server);
  const states = async () =>
    (
      await verify({
        databaseUrl: database.url,
        root: projectRoot,
        expected,
        functionsUrl: `${url}/functions/v1`,
        publishableKey: "sb_publishable_x",
      })
    ).items
      .filter((item) => item.kind === "auth")
      .map(({ name, state }) => `${name} ${state}`);
  try {
    expect(await states()).toEqual([
      "confirmed addresses unhealthy",
      "anonymous sign-in unhealthy",
    ]);
    settings = { mailer_autoconfirm: false, external: { anonymous_users: false } };
    expect(await states()).toEqual(["confirmed addresses present", "anonymous sign-in present"]);
    expect(asked).toEqual(["sb_publishable_x", "sb_publishable_x"]);
  } finally {
    await stop();
  }
});

test("secrets are held against a list of names", async () => {
  const list = join(data, "secrets.json");
  writeFileSync(list, JSON.stringify([{ name: "ZOOM_WEBHOOK_SECRETS", value: "digest" }]));
  const { items } = await verify({
    databaseUrl: database.url,
    root: projectRoot,
    expected,
    secretsFile: list,
  });
  const state = (name: string) =>
    items.find((item) => item.kind === "secret" && item.name === name)?.state;
  expect(state("ZOOM_WEBHOOK_SECRETS")).toBe("present");
  expect(state("VAPI_WEBHOOK_SECRETS")).toBe("missing");
});

async function command(args: string[], options: { expected?: Expected } = { expected }) {
  const lines: string[] = [];
  const code = await runVerify(
    args,
    { out: (text) => lines.push(text), error: (line) => lines.push(line), progress: () => {} },
    options,
  );
  return { code, lines };
}

test("without a database the running stack is verified, its functions too", async () => {
  const { code, lines } = await command(["--data", data, "--json"]);
  expect(code).toBe(1);
  const { items } = JSON.parse(lines.join(""));
  // Nothing serves the functions of this one.
  const wrongKinds = new Set(problems({ items, totals: {} }).map((item) => item.kind));
  expect([...wrongKinds]).toEqual(["edge function"]);

  const nowhere = await command(["--data", join(data, "nowhere")]);
  expect(nowhere.code).toBe(2);
  expect(nowhere.lines.join("")).toContain("--db-url");
});

test("exit codes: 0 all is there, 1 something is not, 2 the database refuses", async () => {
  const run = (url: string) => command(["--db-url", url]);
  // It builds what it expects by itself, as from the shell.
  expect((await command(["--db-url", database.url], {})).code).toBe(0);
  await client.query("revoke select on public.profiles from authenticated");
  expect((await run(database.url)).code).toBe(1);
  await client.query("grant select on public.profiles to authenticated");
  const refused = await run("postgresql://x:y@127.0.0.1:1/postgres");
  expect(refused.code).toBe(2);
  expect(refused.lines).toHaveLength(1);
});
