import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { database, sql, sqlOne } from "../support/database.ts";
import { type Client, overlap } from "../support/two-connections.ts";

let user: string;

beforeEach(async () => {
  user = randomUUID();
  await sql("insert into auth.users (id, email) values ($1, $2)", [user, `${user}@race.test`]);
});

const recordCall = (client: Client) =>
  client.query(
    "insert into public.call_logs (user_id, vapi_call_id, status, outcome, ended_at) values ($1, gen_random_uuid()::text, 'ended', 'failed', now())",
    [user],
  );

const moveTo = (zone: string) => (client: Client) =>
  client.query("update public.profiles set time_zone = $2 where id = $1", [user, zone]);

const rebuild = (client: Client) =>
  client.query("select private.rebuild_days_of($1, now())", [user]);

/** Whether the days are cut in the profile's zone, or will be. */
const areDaysRight = async () =>
  (
    await sqlOne<{ right: boolean }>(
      `select c.time_zone = p.time_zone or c.rebuild_after is not null as right
       from private.analytics_calendars c join public.profiles p on p.id = c.user_id where p.id = $1`,
      [user],
    )
  ).right;

it.each([
  ["comes first", () => overlap(moveTo("Asia/Tokyo"), recordCall)],
  ["comes second", () => overlap(recordCall, moveTo("Asia/Tokyo"))],
])("a change of zone that %s is not lost beside the first call", async (_, happen) => {
  await happen();
  expect(await areDaysRight()).toBe(true);
});

it.each([
  ["comes first", () => overlap(moveTo("Europe/Berlin"), rebuild)],
  ["comes second", () => overlap(rebuild, moveTo("Europe/Berlin"))],
])(
  "a second change of zone that %s is not lost beside the rebuild for the first",
  async (_, happen) => {
    await recordCall(database());
    await moveTo("Asia/Tokyo")(database());
    await happen();
    expect(await areDaysRight()).toBe(true);
  },
);

it("the rebuild passes over an account whose profile somebody holds", async () => {
  await recordCall(database());
  await moveTo("Asia/Tokyo")(database());
  // A year ago, so that the job does nothing for the accounts of other tests.
  await sql(
    "update private.analytics_calendars set rebuild_after = now() - interval '2 years' where user_id = $1",
    [user],
  );
  const job = "select private.rebuild_analytics_days(now() - interval '1 year')";
  const rename = (client: Client) =>
    client.query("update public.profiles set full_name = 'N' where id = $1", [user]);
  await overlap(rename, (client) => client.query(job));
  const zone = () =>
    sqlOne("select time_zone from private.analytics_calendars where user_id = $1", [user]);
  expect(await zone()).toEqual({ time_zone: "UTC" });
  await sql(job);
  expect(await zone()).toEqual({ time_zone: "Asia/Tokyo" });
});
