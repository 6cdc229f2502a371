import type pg from "pg";
import type { Stack } from "../../../local/stack.ts";
import { withBenchProject } from "../bench-project.ts";
import { withBenchStack } from "../bench-stack.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread } from "../samples.ts";
import { type Contest, makeContests } from "../table-calls/contests.ts";
import { countLosses, type Loss } from "../table-calls/losses.ts";
import { throughput } from "../throughput.ts";

const SECONDS = 2;
const ROUNDS = 7;
const WARM_UP_SECONDS = 6;

function contestRow({ what, atLeast }: Contest, ours: number[], theirs: number[]): Row {
  const gain = median(ours) / median(theirs);
  return {
    what: `${what}: ours / the same facts by supabase-js table calls one after another`,
    budget: `≥ ${atLeast}`,
    result: ratio(gain),
    holds: gain >= atLeast,
    sides: `${spread(ours, "/s")} / ${spread(theirs, "/s")}`,
  };
}

const lossRow = ({ what, right, ours, theirs }: Loss): Row => ({
  what: `${what}, at once`,
  budget: right,
  result: ours,
  holds: ours === right,
  sides: `table calls: ${theirs}`,
});

async function measure(
  stack: Stack,
  client: pg.Client,
  say: (line: string) => void,
): Promise<Row[]> {
  const contests = await makeContests(client, stack);
  const sides = contests.flatMap(({ ours, theirs, isExpected, batch }) =>
    [ours, theirs].map((make) => (seconds: number) => throughput(make, isExpected, seconds, batch)),
  );
  say("  warming up");
  for (const side of sides) await side(WARM_UP_SECONDS);
  const samples = await inTurn(
    ROUNDS,
    sides.map((side) => () => side(SECONDS)),
  );
  const contested = contests.map((contest, index) => {
    const [ours = [], theirs = []] = samples.slice(index * 2);
    return contestRow(contest, ours, theirs);
  });
  return [...contested, ...(await countLosses(client, stack)).map(lossRow)];
}

const run = (say: (line: string) => void): Promise<Row[]> =>
  withBenchProject((root) =>
    withBenchStack({ root }, (stack, client) => measure(stack, client, say)),
  );

export default { name: "table-calls", section: "table-calls", run } satisfies Bench;
