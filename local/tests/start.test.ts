import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { clusterFolder, postgresOwner, resetData } from "../data-folder.ts";
import { projectRoot } from "../project.ts";
import { startStack } from "../stack.ts";
import { withClient } from "../with-client.ts";
import { makeProject, type TemporaryProject, until } from "./project.ts";

const Ready = z.object({
  url: z.url(),
  publishable_key: z.string(),
  secret_key: z.string(),
  db_url: z.string(),
  secrets: z.object({ zoom: z.string(), vapi: z.string() }),
});

/** What somebody's shell has for a hosted database; each of these alone would break the start. */
const shellOfAnotherDatabase = {
  PGSSLMODE: "require",
  PGHOST: "db.example.com",
  PGUSER: "nobody",
  PGOPTIONS: "-c default_transaction_read_only=on",
  PGSERVICE: "hosted",
  PGTARGETSESSIONATTRS: "standby",
};

/** Runs the command line as a fresh shell would: nothing but PATH, HOME and `variables`. */
function runIn(variables: Record<string, string>, ...flags: string[]): ChildProcess {
  return spawn(
    process.execPath,
    ["--import", "tsx", "local/start.ts", "--json", "--no-console", ...flags],
    {
      cwd: projectRoot,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
}

const run = (...flags: string[]) => runIn({}, ...flags);

async function ready(child: ChildProcess): Promise<z.infer<typeof Ready>> {
  if (child.stdout === null) throw new Error("no output");
  for await (const line of createInterface({ input: child.stdout })) {
    return Ready.parse(JSON.parse(line));
  }
  throw new Error("it ended without a line");
}

async function query<R extends pg.QueryResultRow>(
  url: string,
  sql: string,
): Promise<R | undefined> {
  return withClient(url, async (client) => {
    return (await client.query<R>(sql)).rows[0];
  });
}

let project: TemporaryProject;
beforeAll(async () => {
  project = await makeProject({});
});
afterAll(async () => {
  await resetData(project.data);
  await project.remove();
});

test("starts with nothing but PATH and HOME, from a path with a space; survives kill -9 and a shell with PG variables", async () => {
  const flags = ["--data", project.data, "--port", "0"];
  const first = run(...flags, "--no-seed");
  const before = await ready(first);
  const health = await fetch(`${before.url}/rest/v1/profiles?select=id`, {
    headers: { apikey: before.secret_key },
  });
  expect(health.status).toBe(200);
  // SQL_ASCII, which an environment without LANG would give, counts bytes.
  expect(await query(before.db_url, "select length('é') as n, upper('é') as e")).toEqual({
    n: 1,
    e: "É",
  });
  expect(
    await query(before.db_url, "select rolsuper from pg_roles where rolname = current_user"),
  ).toEqual({ rolsuper: false });
  await query(before.db_url, "create table public.kept as select 1 as n");

  first.kill("SIGKILL");
  await once(first, "exit");
  // With the seed, so that the Supabase CLI runs in that shell as well.
  const second = runIn(shellOfAnotherDatabase, ...flags);
  const after = await ready(second);
  expect(after.secret_key).toBe(before.secret_key);
  expect(await query(after.db_url, "select n from public.kept")).toEqual({ n: 1 });

  // A second one on the same data is refused and does the first no harm.
  const [refused] = await once(run(...flags), "exit");
  expect(refused).toBe(1);
  expect(await query(after.db_url, "select n from public.kept")).toEqual({ n: 1 });

  second.kill("SIGINT");
  expect((await once(second, "exit"))[0]).toBe(0);
  // Nothing of it is left: its database is gone.
  await until(
    () =>
      query(after.db_url, "select 1").then(
        () => false,
        () => true,
      ),
    (isGone) => isGone,
  );
});

describe("says what is wrong", () => {
  const options = () => ({
    data: `${project.data} of its own`,
    port: 0,
    durable: false,
    warm: false,
  });

  test("when the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(startStack({ ...options(), port })).rejects.toMatchObject({ code: "port_taken" });
    other.close();
  });

  test("when the data folder cannot be written", async () => {
    await expect(startStack({ ...options(), data: "/proc/nobody" })).rejects.toMatchObject({
      code: "data_unwritable",
    });
  });

  test("when a migration fails, with its file and statement; what is mended goes on", async () => {
    const broken = await makeProject({
      "supabase/migrations/20260101000000_make.sql": "create table public.made (id integer);\n",
      "supabase/migrations/20260101000001_break.sql":
        "select 1;\ninsert into public.absent values (1);\n",
    });
    const start = () => startStack({ ...options(), root: broken.root, data: broken.data });
    const failure = await start().then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: "migration_failed" });
    expect(String(failure)).toContain("20260101000001_break.sql");
    expect(String(failure)).toContain("insert into public.absent values (1)");
    await broken.write("supabase/migrations/20260101000001_break.sql", "select 1;\n");
    const stack = await start();
    expect(await query(stack.db_url, "select count(*)::int as n from public.made")).toEqual({
      n: 0,
    });
    await stack.stop();

    // What was applied is history: an edit of it, and data of code that had more, are named.
    const made = "supabase/migrations/20260101000000_make.sql";
    await broken.write(made, "create table public.made (id bigint);\n");
    await expect(start()).rejects.toMatchObject({ code: "migration_edited" });
    await broken.write(made, "-- Said better.\ncreate table public.made (id integer);\n");
    await rm(join(broken.root, "supabase/migrations/20260101000001_break.sql"));
    await expect(start()).rejects.toMatchObject({ code: "data_of_other_code" });
    await resetData(broken.data);
    await broken.remove();
  });

  test("when the data was made by another version of Postgres", async () => {
    const folder = join(clusterFolder(project.data, postgresOwner()), "PG_VERSION");
    await writeFile(folder, "15\n");
    await expect(startStack({ ...options(), data: project.data })).rejects.toMatchObject({
      code: "data_of_another_version",
    });
    await writeFile(folder, "17\n");
  });

  test("when a flag is not known", async () => {
    expect((await once(run("--prot", "1"), "exit"))[0]).toBe(1);
  });
});
