import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, it } from "vitest";
import { database, sql, sqlOne } from "../support/database.ts";

/** An account with so many places for assistants. */
async function makeAccount(allowed: number): Promise<string> {
  const id = randomUUID();
  await sql("insert into auth.users (id, email) values ($1, $2)", [id, `${id}@race.test`]);
  await sql("update public.user_limits set max_assistants = $2 where user_id = $1", [id, allowed]);
  return id;
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
    `select l.current_assistants as counter, usage.current_assistants::integer as rows, usage.logged_assistants::integer as logged
     from public.user_limits l, private.recompute_usage(l.user_id) usage where l.user_id = $1`,
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

it("upserts of one assistant at once, with either rule, count it once", async () => {
  const user = await makeAccount(1);
  const id = randomUUID();
  const rules = ["do nothing", "do update set name = excluded.name"];
  await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      sql(
        `insert into public.assistants (id, user_id, name) values ($1, $2, $3) on conflict (id) ${rules[index % 2]}`,
        [id, user, `Upsert ${index}`],
      ),
    ),
  );
  expect(await counted(user)).toEqual({ counter: 1, rows: 1, logged: 1 });
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

it("an owner's delete and the end of his trial wait for each other in the same order", async () => {
  for (let round = 0; round < 25; round++) {
    const user = await makeAccount(3);
    await asOwner(user, "insert into public.assistants (name) values ('1'), ('2'), ('3')");
    await sql(
      "update public.profiles set demo_expires_at = now() + interval '1 hour' where id = $1",
      [user],
    );
    const answers = await Promise.all([
      asOwner(user, "delete from public.assistants"),
      sql("select private.expire_demos(now() + interval '2 hours')").then(() => "ok"),
      asOwner(user, "update public.assistants set name = 'Edited'"),
    ]);
    // Either order is right; a deadlock (40P01) is not.
    for (const answer of answers) expect(["ok", "PT403"]).toContain(answer);
  }
});

it("deleting a user while his calls come in does not deadlock", async () => {
  for (let round = 0; round < 25; round++) {
    const user = await makeAccount(1);
    const vapi = randomUUID();
    await sql(
      "insert into public.assistants (user_id, name, vapi_assistant_id) values ($1, 'A', $2)",
      [user, vapi],
    );
    const report = () =>
      sqlOne<{ answer: { status: string } }>(
        `select public.ingest_event('vapi', $1, 'end-of-call-report', now(), '{}', jsonb_build_object('kind', 'call_reported',
           'occurred_at', now(), 'started_at', now() - interval '5 seconds', 'ended_at', now(),
           'call', jsonb_build_object('vapi_call_id', $1::text, 'vapi_assistant_id', $2::text, 'direction', 'inbound')), null) as answer`,
        [randomUUID(), vapi],
      );
    const [first, , second] = await Promise.all([
      report(),
      sql("delete from auth.users where id = $1", [user]),
      report(),
    ]);
    for (const { answer } of [first, second])
      expect(["applied", "deferred"]).toContain(answer.status);
    expect(await sql("select from public.call_logs where user_id = $1", [user])).toEqual([]);
    expect(
      await sql(
        "select last_error from public.webhook_events where last_error like '40P01%' and event #>> '{call,vapi_assistant_id}' = $1",
        [vapi],
      ),
    ).toEqual([]);
  }
});
