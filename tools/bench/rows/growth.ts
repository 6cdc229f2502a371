import { readFileSync } from "node:fs";
import type pg from "pg";
import { asOwner, type BenchDatabase, startBenchDatabase } from "../bench-database.ts";
import { askers, documentedQueries } from "../growth-queries.ts";
import type { Bench, Row } from "../row.ts";
import { median, spread, timed } from "../samples.ts";

const ROUNDS = 5;
const JOB_BUDGET_MS = 200;
const QUERY_BUDGET_MS = 100;
/** More ticks than all due work of the grown database needs. */
const MOST_TICKS = 50;
const growth = readFileSync(new URL("../grown-database.sql", import.meta.url), "utf8");

function rowOf(what: string, samples: readonly number[], budgetMs: number): Row {
  const middle = median(samples);
  return {
    what,
    budget: `≤ ${budgetMs} ms`,
    result: `${middle < 10 ? middle.toFixed(1) : middle.toFixed(0)} ms`,
    holds: middle <= budgetMs,
    sides: spread(samples, "ms"),
  };
}

/** What a tick costs that finds nothing, once everything that was due is done. */
async function measureJobs(client: pg.Client): Promise<Row[]> {
  const { rows: jobs } = await client.query<{ name: string; function_name: string }>(
    "select name, function_name from private.jobs order by name",
  );
  const found: Row[] = [];
  for (const { name, function_name } of jobs) {
    const tick = async () =>
      (await client.query<{ n: number | null }>(`select ${function_name}(now()) as n`)).rows[0]?.n;
    let left = await tick();
    for (let ticks = 1; left && ticks < MOST_TICKS; ticks++) left = await tick();
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round++) samples.push(await timed(tick));
    const about = left ? `, which always finds work: ${left}` : "";
    found.push(rowOf(`job ${name}${about}`, samples, JOB_BUDGET_MS));
  }
  return found;
}

async function measureQueries(client: pg.Client): Promise<Row[]> {
  const found: Row[] = [];
  for (const { page, what, who, sql } of documentedQueries) {
    const { rows } = await client.query<{ id: string }>("select md5($1)::uuid as id", [
      `user${askers[who]}`,
    ]);
    const samples: number[] = [];
    for (let round = -1; round < ROUNDS; round++) {
      const sample = await asOwner(client, rows[0]?.id ?? "", () => timed(() => client.query(sql)));
      if (round >= 0) samples.push(sample);
    }
    found.push(rowOf(`${page}: ${what}, as ${who}`, samples, QUERY_BUDGET_MS));
  }
  return found;
}

/** Calls keep the id of their assistant, so no call is written or searched. */
async function measureDeletion(client: pg.Client): Promise<Row> {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await client.query("begin");
    samples.push(
      await timed(() =>
        client.query("delete from public.assistants where id = md5('assistant107')::uuid"),
      ),
    );
    await client.query("rollback");
  }
  return rowOf("deleting an assistant with 100,000 calls", samples, QUERY_BUDGET_MS);
}

/** Every job and query, measured on a database of years. */
export async function measureGrowth({ client }: Pick<BenchDatabase, "client">): Promise<Row[]> {
  return [
    ...(await measureJobs(client)),
    ...(await measureQueries(client)),
    await measureDeletion(client),
  ];
}

async function run(say: (line: string) => void): Promise<Row[]> {
  const database = await startBenchDatabase(false);
  try {
    for (const statement of growth.split(/;\n/).filter((text) => text.trim() !== "")) {
      await database.superuser.query(statement);
    }
    say("  the database is grown");
    return await measureGrowth(database);
  } finally {
    await database.stop();
  }
}

export default { name: "growth", section: "growth", run } satisfies Bench;
