import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startDatabase } from "../../local/database.ts";

/** A throw-away Postgres with the migrations, for one benchmark. */
export interface BenchDatabase {
  /** As the non-superuser `postgres`. */
  readonly client: pg.Client;
  /** For preparing what the product would take hours for. */
  readonly superuser: pg.Client;
  connect(): Promise<pg.Client>;
  stop(): Promise<void>;
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query("set statement_timeout = 0");
  return client;
}

/** @param durable fsync on, as in production */
export async function startBenchDatabase(durable: boolean): Promise<BenchDatabase> {
  const data = await mkdtemp(join(tmpdir(), "switchboard-bench-"));
  const database = await startDatabase({ data, durable });
  const clients: pg.Client[] = [];
  const connect = async (url: string) => {
    const client = await connected(url);
    clients.push(client);
    return client;
  };
  return {
    client: await connect(database.url),
    superuser: await connect(database.superuser_url),
    connect: () => connect(database.url),
    stop: async () => {
      await Promise.all(clients.map((client) => client.end()));
      await database.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** People who just signed up; their ids. */
export async function makeUsers(client: pg.Client, count: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    "insert into auth.users (id, email) select id, id || '@bench.test' from (select gen_random_uuid() as id from generate_series(1, $1)) made returning id",
    [count],
  );
  return rows.map(({ id }) => id);
}

/** Puts people on the plan without limits; their ids. */
export async function liftLimits(client: pg.Client, ids: string[]): Promise<string[]> {
  await client.query(
    "update public.user_limits set plan_type = 'enterprise' where user_id = any ($1)",
    [ids],
  );
  return ids;
}

/** People without limits; their ids. */
export const makeUnlimitedUsers = async (client: pg.Client, count: number): Promise<string[]> =>
  liftLimits(client, await makeUsers(client, count));

/** Assistants for each of some people. */
export async function giveAssistants(
  client: pg.Client,
  ids: readonly string[],
  each: number,
): Promise<void> {
  await client.query(
    "insert into public.assistants (user_id, name) select id, 'Desk ' || n from unnest($1::uuid[]) id, generate_series(1, $2) n",
    [ids, each],
  );
}

/** The process of the server that answers a connection. */
export async function backendPid(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  if (rows[0] === undefined) throw new Error("no backend");
  return rows[0].pid;
}

/** Unlimited accounts with assistants each; their ids. */
export async function makeAccounts(
  { client }: BenchDatabase,
  count: number,
  assistants = 1,
): Promise<string[]> {
  const ids = await makeUnlimitedUsers(client, count);
  await giveAssistants(client, ids, assistants);
  return ids;
}

/** Believable calls of one account over so many days that end today, through every trigger, 20,000 a statement. */
export async function makeCalls(
  { client }: Pick<BenchDatabase, "client">,
  userId: string,
  count: number,
  say: (line: string) => void,
  days = 60,
): Promise<void> {
  const batch = 20_000;
  for (let made = 0; made < count; made += batch) {
    await client.query(
      `insert into public.call_logs (user_id, vapi_call_id, assistant_id, status, outcome, ended_reason, started_at, ended_at, reported_at,
         cost, is_success, transcript, summary)
       select $1, gen_random_uuid(), desk[1 + n % cardinality(desk)], 'ended',
         (array['completed','completed','completed','completed','voicemail','no_answer','busy','failed'])[1 + n % 8]::public.call_outcome,
         (array['customer-ended-call','assistant-ended-call','silence-timed-out','exceeded-max-duration','voicemail',
           'customer-did-not-answer','customer-busy','pipeline-error-openai-llm-failed'])[1 + n % 8],
         start, start + (n * 7919 % 1800) * interval '1 second', start, (n % 997) / 1000.0, n % 3 > 0,
         repeat('AI: How can I help? User: An appointment, please. ', 4), 'The caller asked for an appointment.'
       from generate_series($2::bigint, least($2 + $3, $4) - 1) n
       cross join (select array_agg(id) as desk from public.assistants where user_id = $1) desks
       cross join lateral (
         select date_trunc('day', now()) + interval '1 day' - n::double precision / $4 * $5 * interval '1 day' - interval '1 hour' as start) moment`,
      [userId, made, batch, count, days],
    );
    if (made % 200_000 === 0) say(`  ${made + batch} of ${count} calls`);
  }
  await client.query("vacuum analyze public.call_logs");
  await client.query("vacuum analyze public.call_analytics");
  await client.query("vacuum analyze public.call_analytics_days");
}

/** Runs as the signed-in owner until the transaction ends. */
export async function asOwner<Result>(
  client: pg.Client,
  userId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query("begin");
  await client.query("select set_config('request.jwt.claims', $1, true)", [
    JSON.stringify({ sub: userId, role: "authenticated" }),
  ]);
  await client.query("set local role authenticated");
  try {
    return await work();
  } finally {
    await client.query("rollback");
  }
}
