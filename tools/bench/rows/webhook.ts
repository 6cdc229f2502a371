import type pg from "pg";
import type { Stack } from "../../../local/stack.ts";
import { withBenchProject } from "../bench-project.ts";
import { withBenchStack } from "../bench-stack.ts";
import { deliveredTo, vapiCalls, zoomClasses } from "../deliveries.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread } from "../samples.ts";
import { says, throughput } from "../throughput.ts";

const SECONDS = 2;
const ROUNDS = 7;
/** Both sides are slow until their code is compiled, and the one with more code for longer. */
const WARM_UP_SECONDS = 8;

async function measure(
  stack: Stack,
  client: pg.Client,
  say: (line: string) => void,
): Promise<Row[]> {
  const providers = [
    {
      name: "vapi",
      what: "the status updates and the report of calls, applied with ledger and analytics",
      make: await vapiCalls(client, stack.secrets.vapi),
    },
    {
      name: "zoom",
      what: "classes that start, are joined and left by 30 students, and end",
      make: await zoomClasses(client, stack.secrets.zoom),
    },
  ];
  const sides = providers.flatMap(({ name, make }) => {
    const to = (target: string) => deliveredTo(`${stack.url}/functions/v1/${target}`, make);
    return [
      (seconds: number) => throughput(to(`${name}-webhook`), says("applied"), seconds),
      (seconds: number) => throughput(to("bench-floor"), says("inserted"), seconds),
      (seconds: number) => throughput(to(`bench-${name}`), says("inserted"), seconds),
    ];
  });
  say("  warming up");
  for (const side of sides) await side(WARM_UP_SECONDS);
  const samples = await inTurn(
    ROUNDS,
    sides.map((side) => () => side(SECONDS)),
  );
  return providers.flatMap(({ name, what }, index): Row[] => {
    const [webhook = [], floor = [], handler = []] = samples.slice(index * 3);
    const share = median(webhook) / median(floor);
    return [
      {
        what: `${name}-webhook, ${what} / a function that inserts one row of the same body over the same path`,
        budget: "≥ 0.8",
        result: ratio(share),
        holds: share >= 0.8,
        sides: `${spread(webhook, "/s")} / ${spread(floor, "/s")}`,
      },
      {
        what: `the same / a handler that inserts one row of the same body, behind the same signature check and log line`,
        budget: null,
        result: ratio(median(webhook) / median(handler)),
        holds: null,
        sides: `${spread(webhook, "/s")} / ${spread(handler, "/s")}`,
      },
    ];
  });
}

const run = (say: (line: string) => void): Promise<Row[]> =>
  withBenchProject((root) =>
    withBenchStack({ root }, (stack, client) => measure(stack, client, say)),
  );

export default { name: "webhook", run } satisfies Bench;
