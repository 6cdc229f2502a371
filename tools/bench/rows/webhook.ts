import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startStack } from "../../../local/stack.ts";
import { signVapi, VapiCall } from "../../simulate/vapi.ts";
import { makeBenchProject } from "../bench-project.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread, timed } from "../samples.ts";

const REQUESTS = 150;
const PARALLEL = 4;
const ROUNDS = 5;

/** Requests a second over a few connections; every answer must be a 200. */
async function throughput(send: (number: number) => Promise<Response>): Promise<number> {
  let next = 0;
  const milliseconds = await timed(() =>
    Promise.all(
      Array.from({ length: PARALLEL }, async () => {
        while (next < REQUESTS) {
          const response = await send(next++);
          const body = await response.text();
          if (response.status !== 200) throw new Error(`${response.status} ${body}`);
        }
      }),
    ),
  );
  return (REQUESTS / milliseconds) * 1000;
}

async function run(): Promise<Row[]> {
  const project = makeBenchProject();
  const data = await mkdtemp(join(tmpdir(), "switchboard-bench-"));
  const stack = await startStack({
    data,
    port: 0,
    seed: false,
    scheduler: false,
    root: project.root,
  });
  const client = new pg.Client({ connectionString: stack.db_url });
  try {
    await client.connect();
    const users = await client.query<{ id: string }>(
      "insert into auth.users (id, email) select id, id || '@bench.test' from (select gen_random_uuid() as id from generate_series(1, 100)) made returning id",
    );
    const ids = users.rows.map(({ id }) => id);
    await client.query(
      "update public.user_limits set plan_type = 'enterprise' where user_id = any ($1)",
      [ids],
    );
    await client.query(
      "insert into public.assistants (user_id, name, vapi_assistant_id) select id, 'Desk', 'va-' || id from unnest($1::uuid[]) id",
      [ids],
    );
    const report = (number: number) =>
      JSON.stringify(
        new VapiCall({
          assistantId: `va-${ids[number % ids.length]}`,
          startedAt: new Date(Date.now() - 300_000),
        }).report({ seconds: 73 }),
      );
    const post = (name: string, body: string, headers: Record<string, string>) =>
      fetch(`${stack.url}/functions/v1/${name}`, { method: "POST", headers, body });
    const events = async (number: number) => {
      const body = report(number);
      const response = await post("vapi-webhook", body, signVapi(body, stack.secrets.vapi));
      const { status } = await response.clone().json();
      if (status !== "applied") throw new Error(`the report was ${status}`);
      return response;
    };
    const rows = (number: number) =>
      post("bench-floor", report(number), { "content-type": "application/json" });
    const [webhook = [], floor = []] = await inTurn(ROUNDS, [
      () => throughput(events),
      () => throughput(rows),
    ]);
    const share = median(webhook) / median(floor);
    return [
      {
        what: "vapi-webhook, an end-of-call report applied with ledger and analytics / a function that inserts one row over the same path",
        budget: "≥ 0.8",
        result: ratio(share),
        holds: share >= 0.8,
        sides: `${spread(webhook, "/s")} / ${spread(floor, "/s")}`,
      },
    ];
  } finally {
    await client.end();
    await stack.stop();
    project.remove();
    await rm(data, { recursive: true, force: true });
  }
}

export default { name: "webhook", run } satisfies Bench;
