import { makeAccounts, makeCalls, startBenchDatabase } from "../bench-database.ts";
import type { Bench, Row } from "../row.ts";
import { spread, timed } from "../samples.ts";

const CALLS = 100_000;
/** Far more ticks than a purge needs; without this limit a purge that makes no progress would go on for ever. */
const MOST_TICKS = 2000;

async function run(say: (line: string) => void): Promise<Row[]> {
  const database = await startBenchDatabase(true);
  try {
    const { client } = database;
    const [leaver = ""] = await makeAccounts(database, 1, 5);
    await makeCalls(database, leaver, CALLS, say);
    await client.query(
      "update public.profiles set deletion_requested_at = now() - interval '8 days' where id = $1",
      [leaver],
    );
    const ticks: number[] = [];
    const isThere = async () =>
      (await client.query("select from auth.users where id = $1", [leaver])).rows.length > 0;
    while (await isThere()) {
      if (ticks.length === MOST_TICKS) throw new Error("the purge does not end");
      ticks.push(await timed(() => client.query("select private.purge_accounts(now())")));
    }
    const slowest = Math.max(...ticks);
    return [
      {
        what: `deleting an account with 100,000 calls, the slowest of ${ticks.length} batches, fsync on`,
        budget: "≤ 1 s",
        result: `${(slowest / 1000).toFixed(2)} s`,
        holds: slowest <= 1000,
        sides: spread(ticks, "ms"),
      },
    ];
  } finally {
    await database.stop();
  }
}

export default { name: "purge", run } satisfies Bench;
