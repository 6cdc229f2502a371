import type pg from "pg";
import {
  type BenchDatabase,
  backendPid,
  makeUsers,
  startBenchDatabase,
} from "../bench-database.ts";
import { vapiCalls, zoomClasses } from "../deliveries.ts";
import { inboxCall, ingest, processorMilliseconds } from "../inbox.ts";
import type { Bench, Row } from "../row.ts";

/** What a scene costs, once: its unit stands in `docs/scaling.md`. */
interface Scene {
  readonly what: string;
  readonly count: number;
  /** Statements over the wire for one of it. */
  readonly trips: number;
  /** Prepared outside of what is measured; plays so many of it. */
  play(count: number): Promise<() => Promise<void>>;
}

const totals = `
  select pg_current_wal_insert_lsn() - '0/0' as wal,
    (select sum(n_tup_ins) from pg_stat_user_tables) as rows,
    (select sum(pg_total_relation_size(relid)) from pg_stat_user_tables) as bytes`;

/** The sums of the whole database, once the backend has told its statistics. */
async function read(client: pg.Client, superuser: pg.Client) {
  await client.query("select pg_stat_force_next_flush()");
  const { rows } = await superuser.query<Record<"wal" | "rows" | "bytes", string>>(totals);
  return { wal: Number(rows[0]?.wal), rows: Number(rows[0]?.rows), bytes: Number(rows[0]?.bytes) };
}

async function measure(
  { client, superuser }: BenchDatabase,
  pid: number,
  scene: Scene,
): Promise<Row> {
  await (await scene.play(scene.count))();
  await superuser.query("analyze");
  const work = await scene.play(scene.count);
  const before = await read(client, superuser);
  const milliseconds = processorMilliseconds(pid);
  await work();
  const spent = (processorMilliseconds(pid) - milliseconds) / scene.count;
  const after = await read(client, superuser);
  const each = (key: "wal" | "rows" | "bytes") => (after[key] - before[key]) / scene.count;
  return {
    what: `${scene.what}: ${scene.trips} statements over the wire`,
    budget: null,
    result: `${spent.toFixed(1)} ms`,
    holds: null,
    sides: `${each("rows").toFixed(1)} rows, ${(each("wal") / 1024).toFixed(1)} KiB of WAL, ${(each("bytes") / 1024).toFixed(1)} KiB at rest, inbox and indexes among them`,
  };
}

/** As somebody who is signed in, in a transaction of its own. */
async function as(client: pg.Client, user: string, text: string, values: unknown[]) {
  await client.query("begin");
  await client.query(
    "select set_config('request.jwt.claims', $1, true), set_config('role', 'authenticated', true)",
    [JSON.stringify({ sub: user, role: "authenticated" })],
  );
  const { rows } = await client.query<Record<string, string>>(text, values);
  await client.query("commit");
  return rows[0];
}

const post = "select public.post_ticket_message($1, $2)";

/** A customer asks, an agent answers twice and the customer once, the agent resolves, the customer rates. */
async function talk(client: pg.Client, customer: string, agent: string): Promise<void> {
  const body = "The assistant does not pick up on Saturdays. ".repeat(5);
  const asked = await as(
    client,
    customer,
    "insert into public.support_tickets (subject, description) values ('It does not pick up', $1) returning id",
    [body],
  );
  const ticket = asked?.id;
  await as(client, agent, post, [ticket, body]);
  await as(client, customer, post, [ticket, body]);
  await as(client, agent, post, [ticket, body]);
  await as(client, agent, "update public.support_tickets set status = 'resolved' where id = $1", [
    ticket,
  ]);
  await as(client, customer, "select public.submit_ticket_survey($1, 5, null, null)", [ticket]);
}

async function run(): Promise<Row[]> {
  const database = await startBenchDatabase(false);
  const { client } = database;
  try {
    const vapi = await vapiCalls(client, "secret");
    const zoom = await zoomClasses(client, "secret");
    const [agent = "", ...customers] = await makeUsers(client, 21);
    await client.query("update public.profiles set role = 'agent' where id = $1", [agent]);
    await client.query("update private.rate_limits set max_count = 1000000");
    const pid = await backendPid(client);
    const deliver =
      (provider: "vapi" | "zoom", make: typeof vapi, each: number) => async (count: number) => {
        const calls = make(count * each).map((delivery) => inboxCall(provider, delivery));
        return async () => {
          for (const call of calls) await ingest(client, call);
        };
      };
    const scenes: Scene[] = [
      { what: "a call", count: 300, trips: 3, play: deliver("vapi", vapi, 3) },
      { what: "a class of 30", count: 10, trips: 62, play: deliver("zoom", zoom, 62) },
      {
        what: "a ticket with three answers and a rating",
        count: 60,
        trips: 6,
        play: async (count) => async () => {
          for (let one = 0; one < count; one++)
            await talk(client, customers[one % customers.length] ?? "", agent);
        },
      },
    ];
    const found: Row[] = [];
    for (const scene of scenes) found.push(await measure(database, pid, scene));
    return found;
  } finally {
    await database.stop();
  }
}

export default { name: "price of storage", section: "price", run } satisfies Bench;
