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

/** Holds the profile, not the limits, as an enrolment does that goes from student to student. */
const holdProfile = (client: Client) =>
  client.query("select from public.profiles where id = $1 for no key update", [user]);

async function status(): Promise<string | undefined> {
  const [profile] = await sql<{ status: string }>(
    "select account_status as status from public.profiles where id = $1",
    [user],
  );
  return profile?.status;
}

/** Runs a job beside somebody who holds the profile, which changes nothing, and again once he does not. */
async function runBesideAndAfter(job: string, wanted: string): Promise<void> {
  await overlap(holdProfile, async (client) => {
    const before = await status();
    await client.query(job);
    expect(await status()).toBe(before);
  });
  // The same job of another test may be at this account just now.
  await expect
    .poll(async () => {
      await sql(job);
      return await status();
    })
    .toBe(wanted);
}

it("the end of trials by time passes over a profile that somebody holds, and finds it later", async () => {
  await sql(
    "update public.profiles set demo_expires_at = now() - interval '1 second' where id = $1",
    [user],
  );
  await runBesideAndAfter("select private.expire_demos(now())", "expired");
});

it("the purge passes over a profile that somebody holds, and finds it later", async () => {
  await sql(
    `update public.profiles set account_status = 'expired', expiry_reason = 'time', expired_at = now() - interval '31 days',
       purge_after = now() - interval '1 second', purge_warned_at = now() - interval '8 days'
     where id = $1`,
    [user],
  );
  await runBesideAndAfter("select private.purge_accounts(now())", "closing");
});
