import type pg from "pg";
import { type BenchDatabase, makeAccounts, startBenchDatabase } from "../bench-database.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread } from "../samples.ts";

const CONNECTIONS = 4;
const SECONDS = 2;
const ROUNDS = 5;

/** A finished call as a report leaves it. It ended in the period of its account, however young the account is. */
const insertInto = (table: string) => ({
  name: `record into ${table}`,
  text: `insert into ${table} (user_id, vapi_call_id, assistant_id, status, outcome, ended_reason, first_seen_at, started_at, ended_at,
      reported_at, cost, success_evaluation, is_success, transcript, summary)
    select user_id, gen_random_uuid(), id, 'ended', 'completed', 'customer-ended-call', now(), now() - interval '73 seconds',
      now(), now(), 0.0912, 'true', true, repeat('AI: How can I help? User: An appointment, please. ', 8),
      'The caller asked for an appointment.'
    from public.assistants where user_id = $1`,
});

/** Calls a second that the connections record together, each call a transaction. */
async function throughput(clients: pg.Client[], table: string, users: string[]): Promise<number> {
  const statement = insertInto(table);
  const end = Date.now() + SECONDS * 1000;
  const counts = await Promise.all(
    clients.map(async (client, index) => {
      let count = 0;
      while (Date.now() < end) {
        // Steps that are prime to the number of users, so that the connections meet at all of them.
        const user = users[(index * 251 + count * 7) % users.length];
        await client.query({ ...statement, values: [user] });
        count++;
      }
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0) / SECONDS;
}

/** The same table, indexes and foreign keys without our triggers. */
const bareTable = `
  create table public.bare_calls (like public.call_logs including all);
  alter table public.bare_calls add foreign key (user_id) references public.profiles (id)`;

async function compare(database: BenchDatabase, clients: pg.Client[], users: string[]) {
  const [withTriggers = [], bare = []] = await inTurn(ROUNDS, [
    () => throughput(clients, "public.call_logs", users),
    () => throughput(clients, "public.bare_calls", users),
  ]);
  await database.client.query("checkpoint").catch(() => {});
  return {
    share: median(withTriggers) / median(bare),
    sides: `${spread(withTriggers, "/s")} / ${spread(bare, "/s")}`,
  };
}

async function measure(durable: boolean): Promise<Row[]> {
  const database = await startBenchDatabase(durable);
  try {
    const users = await makeAccounts(database, 1000);
    await database.superuser.query(bareTable);
    await database.superuser.query("grant all on public.bare_calls to postgres");
    const clients = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => database.connect()),
    );
    const many = await compare(database, clients, users);
    const one = await compare(database, clients, users.slice(0, 1));
    const sync = durable ? "fsync on" : "fsync off";
    return [
      {
        what: `recording finished calls of 1,000 users with all triggers / bare inserts, 4 connections, ${sync}`,
        budget: durable ? "≥ 0.5" : null,
        result: ratio(many.share),
        holds: durable ? many.share >= 0.5 : null,
        sides: many.sides,
      },
      {
        what: `the same of one user, ${sync}`,
        budget: null,
        result: ratio(one.share),
        holds: null,
        sides: one.sides,
      },
    ];
  } finally {
    await database.stop();
  }
}

async function run(): Promise<Row[]> {
  return [...(await measure(true)), ...(await measure(false))];
}

export default { name: "recording", run } satisfies Bench;
