import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { sql, sqlOne } from "../support/database.ts";
import { makeTenant, type Tenant } from "../support/tenants.ts";
import { overlap } from "../support/two-connections.ts";

type Answer =
  | { admitted: true; call_id: string; vapi_assistant_id: string; granted_seconds: number }
  | { admitted: false; code: string; sentence: string };

/** A tenant with so many seconds left. */
async function tenantWith(leftSeconds: number): Promise<Tenant> {
  const tenant = await makeTenant();
  await sql("update public.user_limits set max_call_time_seconds = $2 where user_id = $1", [
    tenant.user,
    leftSeconds,
  ]);
  return tenant;
}

async function admit(tenant: Tenant, call: string = randomUUID()): Promise<Answer> {
  const { answer } = await sqlOne<{ answer: Answer }>("select public.admit_call($1) as answer", [
    {
      vapi_call_id: call,
      vapi_phone_number_id: tenant.vapiPhoneId,
      customer_number: "+15550100",
      direction: "inbound",
    },
  ]);
  return answer;
}

/** A report that met a locked row, and had no place to wait for it, is tried again until it is applied, as the webhook does. */
async function report(tenant: Tenant, call: string, seconds: number): Promise<void> {
  const { answer } = await sqlOne<{ answer: { status: string; event_id: string } }>(
    `select public.ingest_event('vapi', gen_random_uuid()::text, 'end-of-call-report', now(), '{}', jsonb_build_object('kind', 'call_reported',
       'occurred_at', now(), 'started_at', now() - $3 * interval '1 second', 'ended_at', now(), 'ended_reason', 'customer-ended-call',
       'call', jsonb_build_object('vapi_call_id', $1::text, 'vapi_assistant_id', $2::text, 'direction', 'inbound')), null) as answer`,
    [call, tenant.vapiAssistantId, seconds],
  );
  for (let { status } = answer; status !== "applied"; ) {
    ({ status } = await sqlOne<{ status: string }>(
      `select case status when 'applied' then status else private.attempt_event(id, event, now()) end as status
       from public.webhook_events where id = $1 for update`,
      [answer.event_id],
    ));
  }
}

/** What is granted to open calls and what is used, against the limit. */
const promised = (user: string) =>
  sqlOne<{ taken: number; allowed: number }>(
    `select (l.used_call_time_seconds + coalesce((select sum(held_seconds) from public.call_logs c where c.user_id = l.user_id), 0))::integer as taken,
       l.max_call_time_seconds::integer as allowed
     from public.user_limits l where user_id = $1`,
    [user],
  );

const granted = (answer: Answer) => (answer.admitted ? answer.granted_seconds : 0);

it("two calls at the same moment never get more than is left, three hundred times", async () => {
  for (let round = 0; round < 300; round++) {
    const tenant = await tenantWith(60);
    const [first, second] = await Promise.all([admit(tenant), admit(tenant)]);
    expect([granted(first), granted(second)].sort((a, b) => a - b)).toEqual([0, 60]);
    const { taken, allowed } = await promised(tenant.user);
    expect(taken).toBeLessThanOrEqual(allowed);
  }
});

it("the same call asked twice at once is one call with one answer", async () => {
  for (let round = 0; round < 50; round++) {
    const tenant = await tenantWith(60);
    const call = randomUUID();
    const answers = await Promise.all([
      admit(tenant, call),
      admit(tenant, call),
      admit(tenant, call),
    ]);
    expect(answers[0]).toMatchObject({ admitted: true, granted_seconds: 60 });
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
    expect((await promised(tenant.user)).taken).toBe(60);
  }
});

it("admissions and reports that cross never promise more than the limit", async () => {
  for (let round = 0; round < 20; round++) {
    const tenant = await tenantWith(120);
    const calls = Array.from({ length: 6 }, () => randomUUID());
    await Promise.all(
      calls.map(async (call) => {
        const answer = await admit(tenant, call);
        if (!answer.admitted) return;
        await report(tenant, call, Math.ceil(answer.granted_seconds / 4));
        await admit(tenant);
      }),
    );
    const { taken, allowed } = await promised(tenant.user);
    expect(taken).toBeLessThanOrEqual(allowed);
  }
});

it("the report that uses a trial up and its end by time end it once", async () => {
  for (let round = 0; round < 30; round++) {
    const tenant = await tenantWith(60);
    await sql(
      "update public.profiles set demo_expires_at = now() + interval '1 hour' where id = $1",
      [tenant.user],
    );
    await Promise.all([
      report(tenant, randomUUID(), 60),
      sql("select private.expire_demos(now() + interval '2 hours')"),
      admit(tenant),
    ]);
    const state = await sqlOne(
      `select account_status, (select count(*)::integer from public.notifications n where n.user_id = p.id and kind = 'expired') as told,
         (select used_call_time_seconds::integer from public.user_limits l where l.user_id = p.id) as used
       from public.profiles p where id = $1`,
      [tenant.user],
    );
    expect(state).toEqual({ account_status: "expired", told: 1, used: 60 });
    expect(await admit(tenant)).toMatchObject({ admitted: false, code: "account_expired" });
  }
});

it("the end of trials by time passes over a profile that somebody holds, and finds it later", async () => {
  const { user } = await tenantWith(60);
  await sql(
    "update public.profiles set demo_expires_at = now() - interval '1 second' where id = $1",
    [user],
  );
  const status = () =>
    sqlOne("select account_status as status from public.profiles where id = $1", [user]);
  // Without the limits, as an enrolment does that goes from student to student.
  await overlap(
    (client) => client.query("select from public.profiles where id = $1 for no key update", [user]),
    async (client) => {
      await client.query("select private.expire_demos(now())");
      expect(await status()).toEqual({ status: "active" });
    },
  );
  await sql("select private.expire_demos(now())");
  expect(await status()).toEqual({ status: "expired" });
});

it("a plan and the report that uses the trial up leave a paying account active, in either order", async () => {
  for (let round = 0; round < 30; round++) {
    const tenant = await tenantWith(60);
    await Promise.all([
      report(tenant, randomUUID(), 60),
      sql("update public.user_limits set plan_type = 'pro' where user_id = $1", [tenant.user]),
    ]);
    expect(
      await sqlOne("select account_status, is_demo from public.profiles where id = $1", [
        tenant.user,
      ]),
    ).toEqual({ account_status: "active", is_demo: false });
  }
});
