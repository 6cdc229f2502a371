import type pg from "pg";
import { type BenchDatabase, backendPid, startBenchDatabase } from "../bench-database.ts";
import { type MakeDeliveries, vapiCalls, zoomClasses } from "../deliveries.ts";
import { inboxCall, ingest, processorMilliseconds } from "../inbox.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread } from "../samples.ts";

const ROUNDS = 9;
const GOAL = 2.5;
const BUDGET = 3.3;

/** Instead of applying an event nothing happens; the rest of the inbox stays as it is. */
const applyNothing = `
  create or replace function private.try_event(p_event_id uuid, p_event jsonb, p_now timestamptz,
    out status public.webhook_event_status, out error text)
  language plpgsql set search_path = '' as $$ begin status := 'applied'; end; $$`;

/** A database and the one connection whose backend's time is measured. */
interface Side {
  readonly database: BenchDatabase;
  readonly client: pg.Client;
  readonly pid: number;
  readonly make: Readonly<Record<Provider, MakeDeliveries>>;
}
type Provider = "vapi" | "zoom";

async function startSide(prepare = ""): Promise<Side> {
  const database = await startBenchDatabase(false);
  const { client } = database;
  await client.query(prepare);
  const make = {
    vapi: await vapiCalls(client, "secret"),
    zoom: await zoomClasses(client, "secret"),
  };
  return { database, client, pid: await backendPid(client), make };
}

/** What one provider sends, in the number of deliveries that make up one of it. */
const scenes = [
  { provider: "vapi", what: "a VAPI call: two status updates and a report", each: 3, count: 300 },
  { provider: "zoom", what: "a Zoom join and leave", each: 2, count: 310 },
] as const;

/** Milliseconds of Postgres' processor time for one call, or one join and leave. */
async function price(side: Side, { provider, each, count }: (typeof scenes)[number]) {
  const calls = side.make[provider](count).map((delivery) => inboxCall(provider, delivery));
  const before = processorMilliseconds(side.pid);
  for (const call of calls) await ingest(side.client, call);
  return ((processorMilliseconds(side.pid) - before) / calls.length) * each;
}

async function run(): Promise<Row[]> {
  const applying = await startSide();
  const storing = await startSide(applyNothing);
  try {
    const rows: Row[] = [];
    // Plans are made for tables that have rows, as in a system that runs.
    for (const side of [applying, storing]) {
      for (const scene of scenes) await price(side, scene);
      await side.database.superuser.query("analyze");
    }
    for (const scene of scenes) {
      const [applied = [], stored = []] = await inTurn(ROUNDS, [
        () => price(applying, scene),
        () => price(storing, scene),
      ]);
      const share = median(applied) / median(stored);
      rows.push({
        what: `${scene.what}, applied / the same deliveries stored and not applied; Postgres' processor time (goal ≤ ${GOAL})`,
        budget: `≤ ${BUDGET}`,
        result: ratio(share),
        holds: share <= BUDGET,
        sides: `${spread(applied, "ms")} / ${spread(stored, "ms")}`,
      });
    }
    return rows;
  } finally {
    await applying.database.stop();
    await storing.database.stop();
  }
}

export default { name: "price of an event", section: "price", run } satisfies Bench;
