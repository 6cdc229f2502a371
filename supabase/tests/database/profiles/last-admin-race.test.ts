import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { testDatabaseUrl } from "../../support/resources.ts";

const admins = [randomUUID(), randomUUID()] as const;
let clients: pg.Client[] = [];

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: testDatabaseUrl() });
  await client.connect();
  clients.push(client);
  return client;
}

/** The hint of the refusal, or `done`. */
async function demote(client: pg.Client, id: string): Promise<string | undefined> {
  try {
    await client.query("update public.profiles set role = 'member' where id = $1", [id]);
    return "done";
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.hint;
    throw error;
  }
}

beforeEach(async () => {
  const watcher = await connect();
  // The pgTAP files that count admins take the same lock, because what is written here is committed.
  await watcher.query("select pg_advisory_lock(hashtext('tests.admins'))");
  for (const id of admins) {
    await watcher.query("insert into auth.users (id, email) values ($1, $2)", [
      id,
      `${id}@race.test`,
    ]);
    await watcher.query("update public.profiles set role = 'admin' where id = $1", [id]);
  }
});

afterEach(async () => {
  await clients[0]?.query("delete from auth.users where id = any($1)", [[...admins]]);
  await Promise.all(clients.map((client) => client.end()));
  clients = [];
});

it("of two admins who demote each other at once, one stays", async () => {
  const [first, second, watcher] = [await connect(), await connect(), await connect()];
  const { rows } = await second.query<{ pid: number }>("select pg_backend_pid() as pid");

  await first.query("begin");
  expect(await demote(first, admins[0])).toBe("done");
  let isSettled = false;
  const outcome = demote(second, admins[1]).finally(() => {
    isSettled = true;
  });
  const isWaiting = async () => {
    const waiting = await watcher.query("select from pg_locks where pid = $1 and not granted", [
      rows[0]?.pid,
    ]);
    return waiting.rowCount === 1;
  };
  while (!isSettled && !(await isWaiting()));
  await first.query("commit");

  expect(await outcome).toBe("last_admin");
});
