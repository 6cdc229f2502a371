import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { database, sql, sqlOne } from "../support/database.ts";
import { makeTenant } from "../support/tenants.ts";
import { type Client, overlap } from "../support/two-connections.ts";

let user: string;
let vapiAssistantId: string;
let vapiPhoneId: string;

beforeEach(async () => {
  ({ user, vapiAssistantId, vapiPhoneId } = await makeTenant());
});

const setPlan = (plan: string) => (client: Client) =>
  client.query("update public.user_limits set plan_type = $2 where user_id = $1", [user, plan]);

/** As the server's key may: without the account's lock. */
const addNumber = (client: Client) =>
  client.query("insert into public.phone_numbers (user_id, provider) values ($1, 'vapi')", [user]);

const numbers = () => sql("select from public.phone_numbers where user_id = $1", [user]);

it("a number that comes while the plan becomes free is refused", async () => {
  await setPlan("pro")(database());
  await expect(overlap(setPlan("free"), addNumber)).rejects.toMatchObject({ code: "PT402" });
  expect(await numbers()).toHaveLength(1);
});

it("a plan that becomes free while a number comes takes it back", async () => {
  await setPlan("pro")(database());
  await overlap(addNumber, setPlan("free"));
  expect(await numbers()).toHaveLength(1);
});

it("a number that comes while the plan is paid for is allowed", async () => {
  await overlap(setPlan("pro"), addNumber);
  expect(await numbers()).toHaveLength(2);
});

/** Its owner gives the number up, which takes his account's lock first. */
async function giveUp(client: Client): Promise<void> {
  await client.query("select private.lock_user_limits($1, now())", [user]);
  await client.query("delete from public.phone_numbers where user_id = $1", [user]);
}

it("a call for a number that is given up while it waits hears what every later call hears", async () => {
  const call = { vapi_call_id: randomUUID(), vapi_phone_number_id: vapiPhoneId };
  const admit = (client: Client) => client.query("select public.admit_call($1) as answer", [call]);
  const answers: unknown[] = [];
  await overlap(giveUp, async (client) => answers.push((await admit(client)).rows[0]?.answer));
  answers.push((await admit(database())).rows[0]?.answer);
  expect(answers[0]).toMatchObject({ admitted: false, code: "unknown_number" });
  expect(answers[1]).toEqual(answers[0]);
});

const tellStatus = (client: Client, vapiCallId: string) =>
  client.query<{ status: string }>(
    `select public.ingest_event('vapi', gen_random_uuid()::text, 'status-update', now(), '{}', jsonb_build_object('kind', 'call_status_changed',
       'occurred_at', now(), 'status', 'in_progress', 'call', jsonb_build_object('vapi_call_id', $1::text, 'direction', 'inbound',
       'vapi_assistant_id', $2::text, 'vapi_phone_number_id', $3::text)), null) ->> 'status' as status`,
    [vapiCallId, vapiAssistantId, vapiPhoneId],
  );

it("a call is recorded at once, also when its number is given up meanwhile", async () => {
  const vapiCallId = randomUUID();
  await overlap(giveUp, async (client) => {
    expect((await tellStatus(client, vapiCallId)).rows).toEqual([{ status: "applied" }]);
  });
  expect(
    await sqlOne("select user_id, phone_number_id from public.call_logs where vapi_call_id = $1", [
      vapiCallId,
    ]),
  ).toEqual({ user_id: user, phone_number_id: expect.any(String) });
});
