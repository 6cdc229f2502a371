import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FunctionHost } from "../../../local/functions/host.ts";
import { functionNames } from "../../../local/project.ts";
import { withBenchProject } from "../bench-project.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread, timed } from "../samples.ts";

const ROUNDS = 11;

/** What the platform sets; no request gets far enough to use an address. */
const env = {
  SUPABASE_URL: "http://127.0.0.1:9",
  SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: "sb_publishable_bench" }),
  SUPABASE_SECRET_KEYS: JSON.stringify({ default: "sb_secret_bench" }),
  SUPABASE_JWKS: JSON.stringify({ keys: [] }),
  VAPI_WEBHOOK_SECRETS: "bench",
  ZOOM_WEBHOOK_SECRETS: "bench",
  SWITCHBOARD_PUBLIC_URL: "http://127.0.0.1:9",
};

async function measure(root: string): Promise<Row[]> {
  const data = await mkdtemp(join(tmpdir(), "switchboard-bench-"));
  try {
    /** From no process to its first answer. */
    const coldStart = (name: string) => async () => {
      const log = { write: () => {}, close: () => {} };
      const host = new FunctionHost({
        root,
        importMap: join(data, "map.json"),
        env,
        log,
      });
      try {
        return await timed(async () => {
          const lease = await host.lease(name);
          if (!lease) throw new Error(`${name} does not start`);
          const response = await fetch(`http://127.0.0.1:${lease.port}/${name}`, {
            method: "POST",
            body: "{}",
          });
          await response.text();
          lease.release();
        });
      } finally {
        await host.close();
      }
    };
    const names = functionNames(root).filter((name) => !name.startsWith("bench-"));
    const [empty = [], ...ours] = await inTurn(ROUNDS, ["bench-empty", ...names].map(coldStart));
    const slowest = names
      .map((name, index) => ({ name, samples: ours[index] ?? [] }))
      .sort((one, other) => median(other.samples) - median(one.samples))[0];
    if (!slowest) throw new Error("no functions");
    const worst = median(slowest.samples) / median(empty);
    return [
      {
        what: `cold start to the first answer, the slowest of ${names.length} functions (${slowest.name}) / an empty withSupabase function`,
        budget: "≤ 1.5",
        result: ratio(worst),
        holds: worst <= 1.5,
        sides: `${spread(slowest.samples, "ms")} / ${spread(empty, "ms")}`,
      },
    ];
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

const run = (): Promise<Row[]> => withBenchProject(measure);

export default { name: "cold start", run } satisfies Bench;
