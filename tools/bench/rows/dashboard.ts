import { asOwner, makeAccounts, makeCalls, startBenchDatabase } from "../bench-database.ts";
import { answerFromTiers, answerOnRead, assertAlike, fromTiers } from "../dashboard-on-read.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread, timed } from "../samples.ts";

const MANY = 1_000_000;
const FEW = 10_000;

async function run(say: (line: string) => void): Promise<Row[]> {
  const database = await startBenchDatabase(false);
  try {
    const { client } = database;
    const [many = "", few = "", other = ""] = await makeAccounts(database, 3, 5);
    await makeCalls(database, few, FEW, say);
    await makeCalls(database, many, MANY, say);
    await makeCalls(database, other, FEW, say);
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const range = [day(29), day(0)] as const;

    for (const user of [few, many]) {
      assertAlike(
        await answerFromTiers(database, user, range),
        await answerOnRead(database, user, range),
      );
    }
    // Inside the transaction, so that BEGIN, SET and ROLLBACK are not measured.
    const timeTiers = (user: string) =>
      asOwner(client, user, () => timed(() => client.query(fromTiers, [...range])));

    const [onReadMs = []] = await inTurn(5, [
      () => timed(() => answerOnRead(database, many, range)),
    ]);
    const [manyMs = [], fewMs = []] = await inTurn(40, [
      () => timeTiers(many),
      () => timeTiers(few),
    ]);
    const gain = median(onReadMs) / median(manyMs);
    const growth = median(manyMs) / median(fewMs);
    const filtered = (role: "authenticated" | "service_role") =>
      role === "authenticated"
        ? asOwner(client, many, () => readCalls())
        : (async () => {
            await client.query("begin");
            await client.query("set local role service_role");
            try {
              return await readCalls();
            } finally {
              await client.query("rollback");
            }
          })();
    const readCalls = async () => {
      const of = [many, `${day(12)}T00:00:00Z`, `${day(10)}T00:00:00Z`];
      const where = "where user_id = $1 and called_at >= $2 and called_at < $3";
      return timed(async () => {
        await client.query(
          `select count(*), sum(duration_seconds), sum(cost) from public.call_logs ${where} and outcome = 'completed'`,
          of,
        );
        await client.query(
          `select id, called_at, outcome, cost from public.call_logs ${where} order by called_at desc limit 100`,
          of,
        );
      });
    };
    const [ownMs = [], serviceMs = []] = await inTurn(30, [
      () => filtered("authenticated"),
      () => filtered("service_role"),
    ]);
    const cost = median(ownMs) / median(serviceMs);
    return [
      {
        what: "dashboard, 30 days of 1,000,000 calls in 60 days: the same JSON from call_logs / from the tiers",
        budget: "≥ 100",
        result: ratio(gain),
        holds: gain >= 100,
        sides: `${spread(onReadMs, "ms")} / ${spread(manyMs, "ms")}`,
      },
      {
        what: "dashboard of 1,000,000 calls / of 10,000",
        budget: "≤ 1.2",
        result: ratio(growth),
        holds: growth <= 1.2,
        sides: `${spread(manyMs, "ms")} / ${spread(fewMs, "ms")}`,
      },
      {
        what: "owner's filtered reads of 1,000,000 calls under RLS / the same queries as service role",
        budget: "≤ 1.1",
        result: ratio(cost),
        holds: cost <= 1.1,
        sides: `${spread(ownMs, "ms")} / ${spread(serviceMs, "ms")}`,
      },
    ];
  } finally {
    await database.stop();
  }
}

export default { name: "dashboard", run } satisfies Bench;
