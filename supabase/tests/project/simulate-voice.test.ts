import { expect, it } from "vitest";
import scene from "../../../tools/simulate/scenes/010-voice-day.ts";
import { createStage } from "../../../tools/simulate/stage.ts";
import { sql } from "../support/database.ts";
import { testStack } from "../support/resources.ts";

/** What the scene's tables should say, counted from the facts and not from what the functions read. */
const facts = (people: readonly string[]) =>
  sql<{ successes: number; calls: number } & Record<string, number | string>>(
    `select p.full_name as tenant,
       l.used_call_time_seconds::integer as used, l.max_call_time_seconds::integer as allowed,
       (select count(*) from public.assistants where user_id = p.id)::integer as assistants, l.max_assistants::integer,
       concat_ws(', ', p.account_status, p.expiry_reason) as account,
       count(c.*)::integer as calls, count(c.started_at)::integer as answered,
       (count(*) filter (where c.is_success or c.is_success is null and c.outcome = 'completed' and c.duration_seconds >= 10))::integer as successes,
       coalesce(sum(ceil(extract(epoch from c.ended_at - c.started_at))), 0)::integer as seconds,
       coalesce(sum(c.cost), 0)::double precision as cost,
       (count(*) filter (where c.outcome = 'completed'))::integer as completed,
       (count(*) filter (where c.outcome = 'no_answer'))::integer as no_answer,
       (count(*) filter (where c.outcome = 'busy'))::integer as busy,
       (count(*) filter (where c.outcome = 'rejected'))::integer as rejected,
       (count(*) filter (where c.outcome = 'failed'))::integer as failed
     from public.profiles p
     join public.user_limits l on l.user_id = p.id
     left join public.call_logs c on c.user_id = p.id
     where p.id = any ($1::uuid[])
     group by p.id, l.user_id
     order by array_position($1::uuid[], p.id)`,
    [people],
  );

it("the day of calls shows each tenant the limits and the dashboard that follow from their calls", async () => {
  const tables: (readonly object[])[] = [];
  const people: string[] = [];
  const stage = createStage(testStack());
  await scene.play({
    ...stage,
    person: async (...wanted) => {
      const person = await stage.person(...wanted);
      people.push(person.id);
      return person;
    },
    say: (_, rows) => void (rows && tables.push(rows)),
  });
  const tenants = await facts(people);

  expect(tenants).toMatchObject([
    { used: 600, allowed: 600, account: "expired, usage", calls: 6, rejected: 1 },
    { used: 876, allowed: 3600, account: "active", calls: 6, busy: 1 },
    { used: 1326, allowed: 18_000, account: "active", calls: 18, no_answer: 3, busy: 1, failed: 1 },
  ]);
  expect(tables).toEqual([
    tenants.map((of) => ({
      tenant: of.tenant,
      plan: expect.any(String),
      assistants: `${of.assistants} of ${of.max_assistants}`,
      "call seconds": `${of.used} of ${of.allowed}`,
      account: of.account,
    })),
    tenants.map((of) => ({
      tenant: of.tenant,
      calls: of.calls,
      answered: of.answered,
      successes: `${of.successes}, ${Math.round((of.successes / of.calls) * 100)} %`,
      seconds: of.seconds,
      "p50, p95": expect.any(String),
      "cost in USD": of.cost,
    })),
    tenants.map(({ tenant, completed, no_answer, busy, rejected, failed }) => ({
      tenant,
      completed,
      no_answer,
      busy,
      rejected,
      voicemail: 0,
      cancelled: 0,
      failed,
    })),
  ]);
});
