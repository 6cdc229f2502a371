import type pg from "pg";
import { database, sqlOne } from "./database.ts";

/** Resolves when the work is done, or waits for somebody else's lock. */
export async function doneOrWaiting(pid: number, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  // The caller that awaits the work learns of its failure.
  done.catch(() => {});
  while (!isDone) {
    const { waits } = await sqlOne<{ waits: boolean }>(
      "select cardinality(pg_blocking_pids($1)) > 0 as waits",
      [pid],
    );
    if (waits) return;
  }
  await done;
}

/** Whatever runs statements: a connection, or the pool for one that stands alone. */
export type Client = Pick<pg.PoolClient, "query">;

/** Something that one of two connections does. */
export type Work = (client: Client) => Promise<unknown>;

/**
 * Does one thing in a transaction and begins the other beside it. Once the other is done or waits, it continues with
 * the transaction and commits it.
 */
export async function overlap(one: Work, other: Work, goOn?: Work): Promise<void> {
  const [first, second] = await Promise.all([database().connect(), database().connect()]);
  try {
    const { rows } = await second.query<{ pid: number }>("select pg_backend_pid() as pid");
    await first.query("begin");
    await one(first);
    const work = other(second);
    await doneOrWaiting(rows[0]?.pid ?? 0, work);
    await goOn?.(first);
    await first.query("commit");
    await work;
  } finally {
    await first.query("rollback");
    first.release();
    second.release();
  }
}
