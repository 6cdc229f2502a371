import type pg from "pg";
import { type BenchDatabase, backendPid, startBenchDatabase } from "../bench-database.ts";
import { type MakeDeliveries, vapiCalls, zoomClasses } from "../deliveries.ts";
import {
  type InboxCall,
  inboxCall,
  inboxStatement,
  ingest,
  processorMilliseconds,
} from "../inbox.ts";
import { type CountedDatabase, canCount, makeCountedDatabase } from "../instructions.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread } from "../samples.ts";

const ROUNDS = 9;
const GOAL = 2.5;
const BUDGET = 3.3;
/** Deliveries that warm up a process whose instructions are counted, and those that count. */
const WARM_UP = 62;
const COUNTED = 186;

/** Instead of applying an event nothing happens; the rest of the inbox stays as it is. */
const applyNothing = `
  create or replace function private.try_event(p_event_id uuid, p_event jsonb, p_now timestamptz,
    out status public.webhook_event_status, out error text)
  language plpgsql set search_path = '' as $$ begin status := 'applied'; end; $$`;

type Provider = "vapi" | "zoom";
type Sources = Readonly<Record<Provider, MakeDeliveries>>;

const sourcesIn = async (client: pg.Client): Promise<Sources> => ({
  vapi: await vapiCalls(client, "secret"),
  zoom: await zoomClasses(client, "secret"),
});

/** A database and the one connection whose backend's time is measured. */
interface Side {
  readonly database: BenchDatabase;
  readonly client: pg.Client;
  readonly pid: number;
  readonly make: Sources;
}

async function startSide(prepare = ""): Promise<Side> {
  const database = await startBenchDatabase(false);
  const { client } = database;
  await client.query(prepare);
  return { database, client, pid: await backendPid(client), make: await sourcesIn(client) };
}

/** What one provider sends, in the number of deliveries that make up one of it. */
const scenes = [
  { provider: "vapi", what: "a VAPI call: two status updates and a report", each: 3, count: 300 },
  { provider: "zoom", what: "a Zoom join and leave", each: 2, count: 310 },
] as const;
type Scene = (typeof scenes)[number];

const inboxCalls = (make: Sources, provider: Provider, count: number): InboxCall[] =>
  make[provider](count).map((delivery) => inboxCall(provider, delivery));

/** Milliseconds of Postgres' processor time for one call, or one join and leave. */
async function price(side: Side, { provider, each, count }: Scene): Promise<number> {
  const calls = inboxCalls(side.make, provider, count);
  const before = processorMilliseconds(side.pid);
  for (const call of calls) await ingest(side.client, call);
  return ((processorMilliseconds(side.pid) - before) / calls.length) * each;
}

/** Millions of instructions for the same. A process that does nothing but warm up is subtracted. */
async function instructions(
  database: CountedDatabase,
  make: Sources,
  { provider, each }: Scene,
): Promise<number> {
  const statements = (count: number) => inboxCalls(make, provider, count).map(inboxStatement);
  const warmUp = await database.count(statements(WARM_UP));
  const counted = statements(COUNTED);
  const whole = await database.count([...statements(WARM_UP), ...counted]);
  return (((whole - warmUp) / counted.length) * each) / 1e6;
}

const whatOf = (scene: Scene, unit: string) =>
  `${scene.what}, applied / the same deliveries stored and not applied; ${unit}`;

async function measureTime(): Promise<Row[]> {
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
        what: whatOf(scene, `Postgres' processor time (goal ≤ ${GOAL})`),
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

async function countInstructions(): Promise<Row[]> {
  const database = await makeCountedDatabase();
  try {
    const make = await database.prepare(async (client, superuser) => {
      const sources = await sourcesIn(client);
      for (const { provider, count } of scenes) {
        for (const call of inboxCalls(sources, provider, count)) await ingest(client, call);
      }
      await superuser.query("vacuum analyze");
      return sources;
    });
    const countAll = async () => {
      const counts: number[] = [];
      for (const scene of scenes) counts.push(await instructions(database, make, scene));
      return counts;
    };
    const applied = await countAll();
    await database.prepare((client) => client.query(applyNothing));
    const stored = await countAll();
    return scenes.map((scene, index) => {
      const [ours = Number.NaN, floor = Number.NaN] = [applied[index], stored[index]];
      return {
        what: whatOf(scene, "instructions without parsing and commit"),
        budget: null,
        result: ratio(ours / floor),
        holds: null,
        sides: `${ours.toFixed(2)} M / ${floor.toFixed(2)} M`,
      };
    });
  } finally {
    await database.remove();
  }
}

async function run(say: (line: string) => void): Promise<Row[]> {
  const rows = await measureTime();
  if (canCount()) return [...rows, ...(await countInstructions())];
  say("  instructions are not counted: valgrind is not installed");
  return rows;
}

export default { name: "price of an event", section: "price", run } satisfies Bench;
