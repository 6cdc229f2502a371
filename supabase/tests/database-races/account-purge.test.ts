import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { sql } from "../support/database.ts";
import { overlap, type Work } from "../support/two-connections.ts";

let user: string;

beforeEach(async () => {
  user = randomUUID();
  await sql("insert into auth.users (id, email) values ($1, $2)", [user, `${user}@race.test`]);
});

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

/** Runs the purge beside somebody who holds something of the account, and again once he does not. */
async function passesOver(hold: Work, state: () => Promise<unknown>): Promise<void> {
  const before = await state();
  await overlap(hold, async (client) => {
    await client.query(purge);
    expect(await state()).toEqual(before);
  });
  await sql(purge);
  expect(await state()).not.toEqual(before);
}

/** A year ago, when nobody's account was due but those of this file. */
const purge = "select private.purge_accounts(now() - interval '1 year')";

it.each<[string, Work]>([
  ["limits", holdLimits],
  ["profile", holdProfile],
])("the purge does not begin with an account whose %s somebody holds", async (_, hold) => {
  await sql(
    `update public.profiles set account_status = 'expired', expiry_reason = 'time', expired_at = now() - interval '2 years',
       purge_after = now() - interval '2 years', purge_warned_at = now() - interval '2 years'
     where id = $1`,
    [user],
  );
  await passesOver(hold, status);
});

it.each<[string, Work]>([
  ["whose limits somebody holds", holdLimits],
  ["whose user somebody deletes", holdUser],
])("the purge does not go on with an account %s", async (_, hold) => {
  await sql(
    "update public.profiles set deletion_requested_at = now() - interval '2 years' where id = $1",
    [user],
  );
  await sql(purge);
  await passesOver(hold, advancedAt);
});
