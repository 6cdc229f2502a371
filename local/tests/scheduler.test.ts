import { createServer } from "node:http";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Listening, listenOnLoopback } from "../../tools/listen.ts";
import { isDue } from "../scheduler/due.ts";
import { type Stack, startStack } from "../stack.ts";
import { makeProject, type TemporaryProject, until } from "./project.ts";

describe("a schedule is due", () => {
  const at = (time: string) => new Date(`2026-03-31T${time}Z`);
  test.each([
    ["*/5 * * * *", "10:04:59", "10:05:00", true],
    ["*/5 * * * *", "10:05:00", "10:09:59", false],
    ["0 3 * * *", "02:59:59", "03:00:01", true],
    ["0 3 * * 1", "02:59:59", "03:00:01", false], // 2026-03-31 is a Tuesday.
    ["0 0 $ * *", "00:00:00", "23:59:59", false],
    ["30 12 $ * *", "12:29:59", "12:30:00", true],
    ["10 seconds", "10:00:00", "10:00:10", true],
    ["10 seconds", "10:00:00", "10:00:09", false],
  ])("%s between %s and %s: %s", (schedule, since, now, due) => {
    expect(isDue(schedule, at(since), at(now))).toBe(due);
  });
});

let project: TemporaryProject;
let stack: Stack;
let client: pg.Client;
let receiver: Listening;
const received: { method: string; url: string; body: string; key: string }[] = [];

beforeAll(async () => {
  project = await makeProject({
    // As the migrations do: as `postgres`, who is no superuser.
    "supabase/migrations/20260101000000_enable.sql": `
      create extension if not exists pg_cron;
      create extension if not exists pg_net with schema extensions;
      create extension if not exists supabase_vault with schema vault;
      create table public.runs (who text not null default current_user, at timestamptz not null default now());`,
  });
  stack = await startStack({ root: project.root, data: project.data, port: 0, durable: false });
  client = new pg.Client({ connectionString: stack.db_url });
  await client.connect();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push({
        method: request.method ?? "",
        url: request.url ?? "",
        body,
        key: String(request.headers["x-key"]),
      });
      if (request.url?.startsWith("/slow") !== true) response.end('{"ok":true}');
    });
  });
  receiver = await listenOnLoopback(server);
});

afterAll(async () => {
  await client.end();
  await stack.stop();
  await receiver.stop();
  await project.remove();
});

const rows = async (sql: string, values: unknown[] = []) => (await client.query(sql, values)).rows;

/** Where the receiver listens. */
const target = (path: string): string => `${receiver.url}${path}`;

describe("pg_cron's stand-in", () => {
  test("runs a due job as its user and records the run", async () => {
    await client.query(
      "select cron.schedule('count', '1 second', 'insert into public.runs default values')",
    );
    const runs = await until(
      () => rows("select who from public.runs"),
      (found) => found.length > 0,
    );
    expect(runs[0]).toEqual({ who: "postgres" });
    const details = await until(
      () =>
        rows(
          "select status, return_message, username from cron.job_run_details where end_time is not null",
        ),
      (found) => found.length > 0,
    );
    expect(details[0]).toEqual({
      status: "succeeded",
      return_message: "INSERT 1",
      username: "postgres",
    });
    await client.query("select cron.unschedule('count')");
    expect(await rows("select from cron.job where jobname = 'count'")).toEqual([]);
  });

  test("records a failing run", async () => {
    await client.query("select cron.schedule('fail', '1 second', 'select 1/0')");
    const failed = await until(
      () =>
        rows(
          "select status from cron.job_run_details where command = 'select 1/0' and end_time is not null",
        ),
      (found) => found.length > 0,
    );
    expect(failed[0]).toEqual({ status: "failed" });
    await client.query("select cron.unschedule('fail')");
  });

  test("keeps one job of a name, and refuses what is no schedule", async () => {
    const first = await rows("select cron.schedule('same', '0 0 1 1 *', 'select 1') as id");
    const second = await rows("select cron.schedule('same', '0 0 2 1 *', 'select 2') as id");
    expect(second).toEqual(first);
    await expect(
      client.query("select cron.schedule('bad', 'sometimes', 'select 1')"),
    ).rejects.toMatchObject({
      code: "22023",
    });
  });
});

describe("pg_net's stand-in", () => {
  test("sends a request after the commit and keeps the answer", async () => {
    await client.query("begin");
    const [queued] = await rows(
      `select net.http_post(url := $1, body := '{"a":"é"}', params := '{"q":"a b"}',
         headers := '{"content-type":"application/json","x-key":"k"}') as id`,
      [target("/hook")],
    );
    expect(received).toEqual([]);
    await client.query("commit");
    const [answer] = await until(
      () =>
        rows("select status_code, content, timed_out from net._http_response where id = $1", [
          queued?.id,
        ]),
      (found) => found.length > 0,
    );
    expect(answer).toEqual({ status_code: 200, content: '{"ok":true}', timed_out: false });
    expect(received).toEqual([
      { method: "POST", url: "/hook?q=a%20b", body: '{"a": "é"}', key: "k" },
    ]);
  });

  test("a request that is rolled back is never sent; one that gets no answer is recorded", async () => {
    const before = received.length;
    await client.query("begin");
    await client.query("select net.http_get($1)", [target("/never")]);
    await client.query("rollback");
    const [queued] = await rows("select net.http_get($1, timeout_milliseconds := 50) as id", [
      target("/slow"),
    ]);
    const [answer] = await until(
      () =>
        rows("select status_code, timed_out from net._http_response where id = $1", [queued?.id]),
      (found) => found.length > 0,
    );
    expect(answer).toEqual({ status_code: null, timed_out: true });
    expect(received.slice(before).map(({ url }) => url)).toEqual(["/slow"]);
  });
});

describe("the vault's stand-in", () => {
  test("has the entries that scheduled calls and webhooks to this machine need", async () => {
    const found = await rows(
      "select name, decrypted_secret from vault.decrypted_secrets where name like 'switchboard_%' order by name",
    );
    expect(found).toEqual([
      { name: "switchboard_functions_url", decrypted_secret: `${stack.url}/functions/v1` },
      { name: "switchboard_loopback_webhooks", decrypted_secret: "allowed" },
      { name: "switchboard_secret_key", decrypted_secret: stack.secret_key },
    ]);
  });

  test("is closed to clients", async () => {
    await client.query("begin; set local role authenticated");
    await expect(client.query("select from vault.decrypted_secrets")).rejects.toMatchObject({
      code: "42501",
    });
    await client.query("rollback");
  });
});

describe("the platform", () => {
  test("a deletion from Storage's tables is refused, for everybody", async () => {
    await expect(client.query("delete from storage.objects")).rejects.toMatchObject({
      code: "42501",
    });
    await expect(client.query("delete from storage.buckets")).rejects.toMatchObject({
      code: "42501",
    });
  });

  test.each([
    `set local request.jwt.claims = '{"sub":"00000000-0000-4000-8000-000000000001","role":"authenticated","email":"a@example.com"}'`,
    `set local request.jwt.claim.sub = '00000000-0000-4000-8000-000000000001';
     set local request.jwt.claim.role = 'authenticated'; set local request.jwt.claim.email = 'a@example.com'`,
  ])("auth.uid(), role() and email() read both forms of the claims", async (claims) => {
    await client.query(`begin; ${claims}`);
    const found = await rows("select auth.uid() as id, auth.role() as role, auth.email() as email");
    await client.query("rollback");
    expect(found).toEqual([
      { id: "00000000-0000-4000-8000-000000000001", role: "authenticated", email: "a@example.com" },
    ]);
  });

  test("migrations may write policies on storage.objects and triggers on auth.users", async () => {
    await client.query(`begin;
      create policy "of a test" on storage.objects for select to authenticated using (false);
      create function public.hear() returns trigger language plpgsql as 'begin return new; end';
      create trigger of_a_test after insert on auth.users for each row execute function public.hear();
      rollback`);
  });
});
