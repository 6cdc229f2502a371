import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, it, vi } from "vitest";
import { database, sql, sqlOne } from "../support/database.ts";
import { overlap } from "../support/two-connections.ts";

/** An account with so many places for assistants. */
async function makeAccount(allowed: number): Promise<string> {
  const id = randomUUID();
  await sql("insert into auth.users (id, email) values ($1, $2)", [id, `${id}@race.test`]);
  await sql("update public.user_limits set max_assistants = $2 where user_id = $1", [id, allowed]);
  return id;
}

/** "ok", or the SQLSTATE. */
async function outcome(statement: Promise<unknown>): Promise<string> {
  try {
    await statement;
    return "ok";
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code) return error.code;
    throw error;
  }
}

/** Runs as the signed-in owner on a connection of its own: "ok", or the SQLSTATE. */
async function asOwner(user: string, statement: string, values: unknown[] = []): Promise<string> {
  const client = await database().connect();
  try {
    await client.query("begin");
    await client.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ sub: user, role: "authenticated" }),
    ]);
    await client.query("set local role authenticated");
    await client.query(statement, values);
    await client.query("commit");
    return "ok";
  } catch (error) {
    await client.query("rollback");
    if (error instanceof pg.DatabaseError && error.code) return error.code;
    throw error;
  } finally {
    client.release();
  }
}

const insert = (user: string) =>
  asOwner(user, "insert into public.assistants (name) values ('New')");

const counted = (user: string) =>
  sqlOne(
    `select l.current_assistants::integer as counter, usage.current_assistants::integer as rows, usage.logged_assistants::integer as logged
     from public.user_limits l,
       jsonb_to_record(private.recompute_usage(l.user_id)) usage (current_assistants bigint, logged_assistants bigint) where l.user_id = $1`,
    [user],
  );

const times = <T>(count: number, run: () => Promise<T>) =>
  Promise.all(Array.from({ length: count }, run));

const tally = (answers: string[]) => ({
  created: answers.filter((answer) => answer === "ok").length,
  refused: answers.filter((answer) => answer === "PT402").length,
});

it("fifty inserts at once at limit 1 make exactly one assistant", async () => {
  const user = await makeAccount(1);
  expect(tally(await times(50, () => insert(user)))).toEqual({ created: 1, refused: 49 });
  expect(await counted(user)).toEqual({ counter: 1, rows: 1, logged: 1 });
});

it("fifty inserts at once at limit 10 with three there make exactly seven more", async () => {
  const user = await makeAccount(10);
  await asOwner(user, "insert into public.assistants (name) values ('1'), ('2'), ('3')");
  expect(tally(await times(50, () => insert(user)))).toEqual({ created: 7, refused: 43 });
  expect(await counted(user)).toEqual({ counter: 10, rows: 10, logged: 10 });
});

it("upserts of one new assistant at once, with either rule, all succeed and count it once", async () => {
  const rules = ["do nothing", "do update set name = excluded.name"];
  for (let round = 0; round < 10; round++) {
    const user = await makeAccount(1);
    const id = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        outcome(
          sql(
            `insert into public.assistants (id, user_id, name) values ($1, $2, $3) on conflict (id) ${rules[index % 2]}`,
            [id, user, `Upsert ${index}`],
          ),
        ),
      ),
    );
    expect(new Set(answers)).toEqual(new Set(["ok"]));
    expect(await counted(user)).toEqual({ counter: 1, rows: 1, logged: 1 });
  }
});

it("inserts and deletes at once never pass the limit and end in step", async () => {
  const user = await makeAccount(5);
  await times(40, async () => {
    await insert(user);
    await asOwner(
      user,
      "delete from public.assistants where id in (select id from public.assistants order by random() limit 1)",
    );
  });
  const { counter, rows, logged } = await counted(user);
  expect([rows, logged]).toEqual([counter, counter]);
  expect(counter).toBeLessThanOrEqual(5);
});

/** Resolves once another connection waits for what this one holds. */
async function someoneWaitsFor(holder: pg.PoolClient): Promise<void> {
  const { rows } = await holder.query<{ pid: number }>("select pg_backend_pid() as pid");
  await vi.waitFor(
    async () => {
      const { waiting } = await sqlOne<{ waiting: number }>(
        "select count(*)::integer as waiting from pg_stat_activity where $1 = any (pg_blocking_pids(pid))",
        [rows[0]?.pid],
      );
      expect(waiting).toBeGreaterThan(0);
    },
    { interval: 10, timeout: 10_000 },
  );
}

/** Holds the account's lock, lets `other` run into it, then records a call: whoever took a row first would now deadlock. */
async function recordCallWhile(user: string, other: () => Promise<string>): Promise<string> {
  const handler = await database().connect();
  try {
    await handler.query("begin");
    await handler.query("select private.lock_user_limits($1, now())", [user]);
    const outcome = other();
    await someoneWaitsFor(handler);
    await handler.query(
      `insert into public.call_logs (user_id, assistant_id, phone_number_id, vapi_call_id)
       select user_id, id, (select n.id from public.phone_numbers n where n.user_id = a.user_id limit 1), gen_random_uuid()::text
       from public.assistants a where user_id = $1 limit 1`,
      [user],
    );
    await handler.query("commit");
    return await outcome;
  } finally {
    await handler.query("rollback");
    handler.release();
  }
}

it("an owner's delete waits for the account before it takes the assistant that a call needs", async () => {
  const user = await makeAccount(1);
  await insert(user);
  expect(await recordCallWhile(user, () => asOwner(user, "delete from public.assistants"))).toBe(
    "ok",
  );
  expect(await sql("select assistant_id from public.call_logs where user_id = $1", [user])).toEqual(
    [{ assistant_id: expect.any(String) }],
  );
});

it("an owner's delete waits for the account before it takes the number that a call needs", async () => {
  const user = await makeAccount(1);
  await insert(user);
  await sql(
    "insert into public.phone_numbers (user_id, provider, vapi_phone_id, status) values ($1, 'vapi', gen_random_uuid(), 'active')",
    [user],
  );
  expect(await recordCallWhile(user, () => asOwner(user, "delete from public.phone_numbers"))).toBe(
    "ok",
  );
  const calls = "select phone_number_id from public.call_logs where user_id = $1";
  expect(await sql(calls, [user])).toEqual([{ phone_number_id: expect.any(String) }]);
});

it("deleting a user waits for the account before it takes the profile that a call needs", async () => {
  const user = await makeAccount(1);
  await insert(user);
  const deleteUser = () => sql("delete from auth.users where id = $1", [user]).then(() => "ok");
  expect(await recordCallWhile(user, deleteUser)).toBe("ok");
  expect(await sql("select from public.call_logs where user_id = $1", [user])).toEqual([]);
});

it("what VAPI made is recorded once the account is free, before it takes the assistant that a call needs", async () => {
  const user = await makeAccount(1);
  await insert(user);
  const record = () =>
    outcome(
      sql(
        "select public.record_assistant_provisioned(id, gen_random_uuid()::text, revision) from public.assistants where user_id = $1",
        [user],
      ),
    );
  expect(await recordCallWhile(user, record)).toBe("ok");
});

it("a creation at VAPI that begins while its assistant is deleted finds it gone", async () => {
  const user = await makeAccount(1);
  await insert(user);
  const { id } = await sqlOne<{ id: string }>(
    "select id from public.assistants where user_id = $1",
    [user],
  );
  await overlap(
    (client) => client.query("delete from public.assistants where user_id = $1", [user]),
    async (client) => {
      const begun = "select public.begin_vapi_creation($1) as answer";
      expect((await client.query(begun, [id])).rows).toEqual([{ answer: "gone" }]);
    },
  );
});
