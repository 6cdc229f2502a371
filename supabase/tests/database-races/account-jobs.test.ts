import { randomUUID } from "node:crypto";
import type pg from "pg";
import { beforeEach, expect, it } from "vitest";
import { sql } from "../support/database.ts";
import { overlap } from "../support/two-connections.ts";

type Client = Pick<pg.PoolClient, "query">;

let user: string;

beforeEach(async () => {
  user = randomUUID();
  await sql("insert into auth.users (id, email) values ($1, $2)", [user, `${user}@race.test`]);
});

type Work = (client: Client) => Promise<unknown>;

const holdLimits: Work = (client) =>
  client.query("select from public.user_limits where user_id = $1 for no key update", [user]);

/** Without the limits, as an enrolment does that goes from student to student. */
const holdProfile: Work = (client) =>
  client.query("select from public.profiles where id = $1 for no key update", [user]);

/** As a deletion of the user does that still waits for his limits. */
const holdUser: Work = (client) =>
  client.query("select from auth.users where id = $1 for update", [user]);

const status = async () =>
  (await sql("select account_status as status from public.profiles where id = $1", [user]))[0];

const advancedAt = async () =>
  (await sql("select advanced_at from private.account_closures where user_id = $1", [user]))[0];

/** Runs a job beside somebody who holds something of the account, and again once he does not. */
async function passesOver(hold: Work, job: string, state: () => Promise<unknown>): Promise<void> {
  const before = await state();
  await overlap(hold, async (client) => {
    await client.query(job);
    expect(await state()).toEqual(before);
  });
  // The same job of another test may be at this account just now.
  await expect
    .poll(async () => {
      await sql(job);
      return await state();
    })
    .not.toEqual(before);
}

const expireDemos = "select private.expire_demos(now())";
const purge = "select private.purge_accounts(now())";
const holds: [string, Work][] = [
  ["limits", holdLimits],
  ["profile", holdProfile],
];

it.each(holds)(
  "the end of trials by time passes over an account whose %s somebody holds",
  async (_, hold) => {
    await sql(
      "update public.profiles set demo_expires_at = now() - interval '1 second' where id = $1",
      [user],
    );
    await passesOver(hold, expireDemos, status);
  },
);

it.each(holds)(
  "the purge does not begin with an account whose %s somebody holds",
  async (_, hold) => {
    await sql(
      `update public.profiles set account_status = 'expired', expiry_reason = 'time', expired_at = now() - interval '31 days',
       purge_after = now() - interval '1 second', purge_warned_at = now() - interval '8 days'
     where id = $1`,
      [user],
    );
    await passesOver(hold, purge, status);
  },
);

it.each<[string, Work]>([
  ["whose limits somebody holds", holdLimits],
  ["whose user somebody deletes", holdUser],
])("the purge does not go on with an account %s", async (_, hold) => {
  await sql(
    "update public.profiles set deletion_requested_at = now() - interval '8 days' where id = $1",
    [user],
  );
  await sql(purge);
  await passesOver(hold, purge, advancedAt);
});
