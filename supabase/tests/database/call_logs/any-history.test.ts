import { randomUUID } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testDatabaseUrl } from "../../support/resources.ts";

/**
 * Random histories of calls: events in any order, corrections, moves between periods, assistants and whole accounts deleted,
 * plans changed, months passed. Whatever happens, counters = facts = log of the current period, and of every past one.
 */
let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: testDatabaseUrl() });
  await client.connect();
});
afterAll(() => client.end());

/** Sixty days before and after now: a roll may be asked for in the future, and calls may end there. */
const start = Date.now() - 60 * 24 * 3_600_000;
const hours = (count: number) => new Date(start + count * 3_600_000);

type Step =
  | { do: "report"; call: number; at: number; told: number; seconds: number; account: number }
  | {
      do: "status";
      call: number;
      at: number;
      status: string;
      reason: string | null;
      account: number;
    }
  | { do: "create assistant" | "delete assistant" | "upsert assistant"; account: number }
  | { do: "plan"; account: number; plan: string }
  | { do: "delete call"; call: number }
  | { do: "forget"; at: number }
  | { do: "roll" | "give up"; at: number }
  | { do: "delete account"; account: number };

const account = fc.integer({ min: 0, max: 1 });
const call = fc.integer({ min: 0, max: 5 });
/** Hours over four months, so that events cross the ends of periods. */
const at = fc.integer({ min: 0, max: 24 * 120 });
const status = fc.constantFrom("queued", "ringing", "in_progress", "forwarding", "ended");
const reason = fc.constantFrom("customer-ended-call", "customer-busy", null);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("report" as const),
      call,
      at,
      told: fc.integer({ min: 0, max: 3 }),
      seconds: fc.integer({ min: 0, max: 900 }),
      account,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("status" as const),
      call,
      at,
      status,
      reason,
      account,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "create assistant" as const,
        "delete assistant" as const,
        "upsert assistant" as const,
      ),
      account,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("plan" as const),
      account,
      plan: fc.constantFrom("free", "pro", "business", "enterprise"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete call" as const), call }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), at }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("roll" as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("give up" as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete account" as const), account }) },
);

async function play(step: Step, story: { users: string[]; name: string }): Promise<void> {
  const user = story.users["account" in step ? step.account : 0];
  const callId = (number: number) => `${story.name}-call-${number}`;
  switch (step.do) {
    case "report":
    case "status": {
      const moment = hours(step.at);
      const event = {
        kind: step.do === "report" ? "call_reported" : "call_status_changed",
        occurred_at: new Date(moment.getTime() + (step.do === "report" ? step.told * 1000 : 0)),
        call: {
          vapi_call_id: callId(step.call),
          vapi_assistant_id: `${story.name}-va-${step.account}`,
          direction: "inbound",
        },
        ...(step.do === "status"
          ? { status: step.status, ended_reason: step.status === "ended" ? step.reason : null }
          : {
              ended_reason: "customer-ended-call",
              started_at:
                step.seconds === 0 ? null : new Date(moment.getTime() - step.seconds * 1000 + 400),
              ended_at: moment,
            }),
      };
      await attempt(`select private.apply_call_${step.do}(gen_random_uuid(), $1, now())`, [event]);
      return;
    }
    case "create assistant":
      // Beyond the limit it is refused, and nothing may be left of it.
      await attempt("insert into public.assistants (user_id, name) values ($1, 'New')", [user]);
      return;
    case "upsert assistant":
      await attempt(
        `insert into public.assistants (id, user_id, name)
         select id, user_id, 'Merged' from public.assistants where user_id = $1
         on conflict (id) do update set name = excluded.name`,
        [user],
      );
      return;
    case "delete assistant":
      await client.query(
        "delete from public.assistants where id in (select id from public.assistants where user_id = $1 limit 1)",
        [user],
      );
      return;
    case "plan":
      await client.query("update public.user_limits set plan_type = $2 where user_id = $1", [
        user,
        step.plan,
      ]);
      return;
    case "delete call":
      await client.query("delete from public.call_logs where vapi_call_id = $1", [
        callId(step.call),
      ]);
      return;
    case "forget":
      await client.query(
        "update public.call_logs set transcript = null, cost = 0 where vapi_call_id like $1 || '%' and ended_at < $2",
        [story.name, hours(step.at)],
      );
      return;
    case "give up":
      await client.query("select private.close_stale_calls($1)", [hours(step.at)]);
      return;
    case "roll":
      await client.query(
        "select private.lock_user_limits(id, $2) from unnest($1::uuid[]) as users (id)",
        [story.users, hours(step.at)],
      );
      return;
    case "delete account":
      await client.query("delete from auth.users where id = $1", [user]);
      return;
  }
}

/** A statement that may be refused, and then leaves nothing: the limit is reached, or the owner is gone. */
async function attempt(statement: string, values: unknown[]): Promise<void> {
  await client.query("savepoint attempt");
  try {
    await client.query(statement, values);
  } catch (error) {
    const refusals = ["PT402", "23503", "P0002"];
    if (!(error instanceof pg.DatabaseError) || !refusals.includes(error.code ?? "")) throw error;
    await client.query("rollback to savepoint attempt");
  }
}

async function makeAccounts(name: string): Promise<string[]> {
  const users = [randomUUID(), randomUUID()];
  for (const [number, user] of users.entries()) {
    await client.query("insert into auth.users (id, email) values ($1, $2)", [
      user,
      `${user}@history.test`,
    ]);
    await client.query("update public.profiles set role = 'teacher' where id = $1", [user]);
    await client.query(
      "update public.user_limits set plan_type = 'pro', period_anchor = $2, period_start = $2 where user_id = $1",
      [user, hours(0)],
    );
    await client.query(
      "update public.user_limits set period_end = (select period_end from private.usage_month($2, $2)) where user_id = $1",
      [user, hours(0)],
    );
    await client.query(
      "insert into public.assistants (user_id, name, vapi_assistant_id) values ($1, 'First', $2)",
      [user, `${name}-va-${number}`],
    );
  }
  return users;
}

/** Accounts whose counters, facts and log differ; months in which facts and log differ. */
async function differences(users: string[]): Promise<unknown[]> {
  const { rows } = await client.query(
    `select l.user_id, l.current_assistants, l.used_call_time_seconds, to_jsonb(usage) as recomputed
     from public.user_limits l cross join lateral jsonb_to_record(private.recompute_usage(l.user_id))
       usage (current_assistants bigint, logged_assistants bigint, used_call_time_seconds bigint, logged_call_time_seconds bigint)
     where l.user_id = any ($1) and not (
       l.current_assistants = usage.current_assistants and usage.logged_assistants = usage.current_assistants
       and l.used_call_time_seconds = usage.used_call_time_seconds and usage.logged_call_time_seconds = usage.used_call_time_seconds)
     union all
     select user_id, null, sum(seconds), jsonb_build_object('month', month)
     from (
       select user_id, date_trunc('month', ended_at) as month, duration_seconds as seconds from public.call_logs where user_id = any ($1) and ended_at is not null
       union all
       select user_id, date_trunc('month', fact_at), -call_time_change_seconds from public.usage_logs where user_id = any ($1) and fact_at is not null
     ) entry
     group by user_id, month having sum(seconds) <> 0`,
    [users],
  );
  return rows;
}

/** Every story is undone at its end. */
async function tell(run: (story: { users: string[]; name: string }) => Promise<void>) {
  const name = randomUUID();
  await client.query("begin");
  try {
    await run({ users: await makeAccounts(name), name });
  } finally {
    await client.query("rollback");
  }
}

it("counters, facts and log agree after every step of any history", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      await tell(async (story) => {
        for (const each of steps) {
          await play(each, story);
          expect(await differences(story.users)).toEqual([]);
        }
      });
    }),
    { numRuns: 80 },
  );
});

it("a call is what its events say, in any order and any number", async () => {
  const events = fc.array(
    fc.oneof(
      fc.record({
        do: fc.constant("report" as const),
        call: fc.constant(0),
        at: fc.integer({ min: 1, max: 3 }),
        told: fc.integer({ min: 0, max: 2 }),
        seconds: fc.integer({ min: 0, max: 200 }),
        account: fc.constant(0),
      }),
      fc.record({
        do: fc.constant("status" as const),
        call: fc.constant(0),
        at: fc.integer({ min: 1, max: 3 }),
        status,
        reason,
        account: fc.constant(0),
      }),
    ),
    { minLength: 1, maxLength: 6 },
  );
  const orders = events.chain((told) =>
    fc.tuple(
      fc.constant(told),
      // Every event at least once, some twice, in any order.
      fc
        .array(fc.nat({ max: told.length - 1 }), { maxLength: 4 })
        .map((again) => [...told, ...again.flatMap((index) => told[index] ?? [])])
        .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
    ),
  );
  await fc.assert(
    fc.asyncProperty(orders, async ([told, shuffled]) => {
      const ends: unknown[] = [];
      for (const order of [told, shuffled]) {
        await tell(async (story) => {
          for (const each of order) await play(each, story);
          const { rows } = await client.query(
            `select status, status_at, outcome, ended_reason, first_seen_at, started_at, ended_at, duration_seconds, held_seconds,
               called_at, reported_at, (select used_call_time_seconds from public.user_limits l where l.user_id = c.user_id) as used
             from public.call_logs c where user_id = $1`,
            [story.users[0]],
          );
          ends.push(rows);
        });
      }
      expect(ends[1]).toEqual(ends[0]);
    }),
    { numRuns: 80 },
  );
});
