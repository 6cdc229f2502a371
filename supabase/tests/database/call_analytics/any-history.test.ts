import { randomUUID } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { analyticsDifferences } from "../../support/analytics-from-calls.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

/** Random histories of calls, one or many a statement; after each step both tiers are what the calls say. */
let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: testDatabaseUrl() });
  await client.connect();
});
afterAll(() => client.end());

const zones = [
  "UTC",
  "Asia/Kathmandu",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "America/Havana",
  "Pacific/Apia",
] as const;

const start = Date.parse("2025-10-01T00:00:00Z");
const time = (minutes: number) => new Date(start + minutes * 60_000);

type Step =
  | { do: "report"; call: number; at: number; seconds: number; reason: string; cost: number }
  | { do: "status"; call: number; at: number; status: string }
  | { do: "many"; at: number; count: number; every: number }
  | { do: "correct"; share: number; cost: number }
  | { do: "move"; share: number; minutes: number }
  | { do: "delete calls"; share: number }
  | { do: "delete assistant" | "delete account" | "rebuild" }
  | { do: "zone"; zone: string };

/** Minutes over six weeks, in which clocks of both hemispheres change. */
const at = fc.integer({ min: 0, max: 60 * 24 * 42 });
const call = fc.integer({ min: 0, max: 5 });
const share = fc.integer({ min: 1, max: 4 });
const just = <Word extends string>(word: Word) => fc.constant(word);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: just("report"),
      call,
      at,
      seconds: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 43_000 })),
      reason: fc.constantFrom(
        "customer-ended-call",
        "customer-busy",
        "pipeline-error-x",
        "voicemail",
      ),
      cost: fc.integer({ min: 0, max: 9_999_999 }).map((millionths) => millionths / 1_000_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: just("status"),
      call,
      at,
      status: fc.constantFrom("queued", "ringing", "in_progress", "ended"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: just("many"),
      at,
      count: fc.integer({ min: 1, max: 60 }),
      every: fc.integer({ min: 0, max: 700 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: just("correct"), share, cost: fc.nat({ max: 9 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: just("move"),
      share,
      minutes: fc.integer({ min: -3000, max: 3000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: just("delete calls"), share }) },
  { weight: 1, arbitrary: fc.record({ do: just("delete assistant") }) },
  { weight: 2, arbitrary: fc.record({ do: just("zone"), zone: fc.constantFrom(...zones) }) },
  { weight: 2, arbitrary: fc.record({ do: just("rebuild") }) },
  { weight: 1, arbitrary: fc.record({ do: just("delete account") }) },
);

interface Story {
  readonly user: string;
  readonly neighbour: string;
}

async function play(step: Step, { user }: Story): Promise<void> {
  const told = (kind: string, number: number, minute: number, more: object) => [
    {
      kind,
      occurred_at: time(minute),
      call: {
        vapi_call_id: `${user}-${number}`,
        vapi_assistant_id: `${user}-va`,
        direction: "inbound",
      },
      ...more,
    },
  ];
  // Every n-th call, so that one statement changes calls of many quarters.
  const some = "user_id = $1 and hashtext(vapi_call_id) % 4 < $2";
  switch (step.do) {
    case "report":
      return event(
        "select private.apply_call_report(gen_random_uuid(), $1, now())",
        told("call_reported", step.call, step.at, {
          ended_reason: step.reason,
          started_at: step.seconds === 0 ? null : time(step.at - step.seconds / 60),
          ended_at: time(step.at),
          cost: step.cost,
        }),
      );
    case "status":
      return event(
        "select private.apply_call_status(gen_random_uuid(), $1, now())",
        told("call_status_changed", step.call, step.at, { status: step.status }),
      );
    case "many":
      return run(
        `insert into public.call_logs (user_id, vapi_call_id, assistant_id, status, outcome, ended_reason, first_seen_at, started_at,
           ended_at, reported_at, cost, is_success)
         select $1, gen_random_uuid(), (select id from public.assistants where user_id = $1 limit 1), 'ended',
           case when i % 5 = 0 then 'voicemail' else 'completed' end::public.call_outcome,
           case when i % 3 > 0 then 'reason ' || i % 4 end, moment, moment, moment + i * i * interval '1 second', moment, i / 7.0,
           case when i % 4 > 0 then i % 4 = 1 end
         from generate_series(1, $2::integer) i cross join lateral (select $3::timestamptz + i * $4::integer * interval '1 minute' as moment) m
         where exists (select from public.profiles where id = $1)`,
        [user, step.count, time(step.at), step.every],
      );
    case "correct":
      return run(
        `update public.call_logs set cost = $3, is_success = not is_success, outcome = 'failed', ended_reason = null
         where ${some} and status = 'ended'`,
        [user, step.share, step.cost],
      );
    case "move":
      return run(
        `update public.call_logs set started_at = started_at + $3::integer * interval '1 minute',
           ended_at = ended_at + $3::integer * interval '1 minute' where ${some}`,
        [user, step.share, step.minutes],
      );
    case "delete calls":
      return run(`delete from public.call_logs where ${some}`, [user, step.share]);
    case "delete assistant":
      return run("delete from public.assistants where user_id = $1", [user]);
    case "zone":
      return run("update public.profiles set time_zone = $2 where id = $1", [user, step.zone]);
    case "rebuild":
      return run("select private.rebuild_analytics_days(now() + interval '2 days')", []);
    case "delete account":
      return run("delete from auth.users where id = $1", [user]);
  }
}

async function run(statement: string, values: unknown[]): Promise<void> {
  await client.query(statement, values);
}

/** An event about an account that is gone is not applied, and leaves nothing. */
async function event(statement: string, values: unknown[]): Promise<void> {
  await client.query("savepoint attempt");
  try {
    await client.query(statement, values);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== "P0002") throw error;
    await client.query("rollback to savepoint attempt");
  }
}

async function account(): Promise<string> {
  const id = randomUUID();
  await client.query("insert into auth.users (id, email) values ($1, $2)", [
    id,
    `${id}@history.test`,
  ]);
  await client.query("update public.user_limits set plan_type = 'enterprise' where user_id = $1", [
    id,
  ]);
  await client.query(
    "insert into public.assistants (user_id, name, vapi_assistant_id) values ($1, 'First', $2)",
    [id, `${id}-va`],
  );
  return id;
}

/** Every story is undone at its end. */
async function tell(run: (story: Story) => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    const story = { user: await account(), neighbour: await account() };
    await play({ do: "many", at: 0, count: 20, every: 400 }, { ...story, user: story.neighbour });
    await run(story);
  } finally {
    await client.query("rollback");
  }
}

it("both tiers are what the calls say after every step of any history", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      await tell(async (story) => {
        for (const each of steps) {
          await play(each, story);
          expect(await analyticsDifferences(client, [story.user, story.neighbour])).toEqual([]);
        }
      });
    }),
    { numRuns: 40 },
  );
});

it("the dashboard of any zone is cut at that zone's midnights, and its parts agree", async () => {
  const cases = fc.tuple(
    fc.array(
      step.filter((one) => one.do !== "delete account"),
      { minLength: 3, maxLength: 12 },
    ),
    fc.constantFrom(...zones),
    fc.constantFrom("day", "hour"),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([steps, zone, interval]) => {
      await tell(async (story) => {
        for (const each of steps) await play(each, story);
        const from = "2025-10-15";
        const to = "2025-11-20";
        const { rows: expected } = await client.query(
          `select day::date::text as start, count(c.id)::integer as total_calls, coalesce(sum(c.duration_seconds), 0)::integer as seconds,
             coalesce(sum(c.cost), 0)::float8 as cost
           from generate_series($2::date::timestamp, $3::date::timestamp, '1 day') day
           left join public.call_logs c on c.user_id = $1 and (c.called_at at time zone $4)::date = day::date
           group by 1 order by 1`,
          [story.user, from, to, zone],
        );
        await client.query("select set_config('request.jwt.claims', $1, true)", [
          JSON.stringify({ sub: story.user, role: "authenticated" }),
        ]);
        await client.query("set local role authenticated");
        const { rows } = await client.query(
          "select public.analytics_dashboard($1, $2, $3, null, $4) as answer",
          [from, to, zone, interval],
        );
        await client.query("reset role");
        const { metrics, series, by_outcome, by_ended_reason, by_weekday_hour, by_assistant } =
          rows[0].answer;

        type Point = Record<string, number> & { start: string };
        const total = (list: Point[], name: string) =>
          list.reduce((sum, one) => sum + (one[name] ?? 0), 0);
        const localDay = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
        const points = new Map<string, Point[]>();
        for (const point of series as Point[]) {
          const day = interval === "day" ? point.start : localDay.format(new Date(point.start));
          points.set(day, [...(points.get(day) ?? []), point]);
        }
        const byDay = [...points].map(([start, ofDay]) => ({
          start,
          total_calls: total(ofDay, "total_calls"),
          seconds: total(ofDay, "total_duration_seconds"),
          cost: expect.closeTo(total(ofDay, "total_cost"), 6),
        }));
        expect(expected).toEqual(byDay);

        expect(total(series, "total_calls")).toBe(metrics.total_calls);
        expect(total(series, "successful_calls")).toBe(metrics.successful_calls);
        expect(total(series, "total_duration_seconds")).toBe(metrics.total_duration_seconds);
        expect(total(by_outcome, "calls")).toBe(metrics.ended_calls);
        expect(total(by_ended_reason, "calls")).toBe(metrics.ended_calls);
        expect(total(by_assistant, "total_calls")).toBe(metrics.total_calls);
        expect(total(by_assistant, "total_duration_seconds")).toBe(metrics.total_duration_seconds);
        const hours: number[] = by_weekday_hour.flatMap(({ calls }: { calls: number[] }) => calls);
        expect(hours.reduce((sum, one) => sum + one, 0)).toBe(metrics.total_calls);
      });
    }),
    { numRuns: 40 },
  );
});
