import pg from "pg";
import type { StorageCaller } from "./contract.ts";

export type Row = Record<string, unknown>;

/** One transaction. Statements run as the role last assumed, under its row-level security. */
export interface Scope {
  rows<T extends Row>(sql: string, values?: unknown[]): Promise<T[]>;
  /** How many rows the statement touched. */
  count(sql: string, values?: unknown[]): Promise<number>;
  /** From here on as the caller again. */
  asCaller(): Promise<void>;
  /** From here on past row-level security, for bookkeeping that the caller may not see. */
  asService(): Promise<void>;
}

/** What a request does, as policies read it from `storage.operation` (hosted's names). */
export interface Act {
  caller: StorageCaller;
  operation: string;
  method: string;
  path: string;
}

export interface Database {
  /** Runs `work` in one transaction as the caller; any throw rolls back. */
  transaction<T>(act: Act, work: (scope: Scope) => Promise<T>): Promise<T>;
  /** Runs `work` as the caller and rolls back, only to learn whether it would be allowed. */
  rehearse<T>(act: Act, work: (scope: Scope) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const service: StorageCaller = { role: "service_role", claims: {} };

const assume = `select set_config('role', $1, true),
  set_config('request.jwt.claims', $2, true),
  set_config('request.jwt.claim.role', $1, true),
  set_config('request.jwt.claim.sub', $3, true)`;

const describe = `select set_config('storage.operation', $1, true),
  set_config('request.method', $2, true),
  set_config('request.path', $3, true),
  set_config('storage.allow_delete_query', 'true', true)`;

async function become(client: pg.PoolClient, caller: StorageCaller): Promise<void> {
  const claims = { ...caller.claims, role: caller.role };
  const { sub } = caller.claims;
  await client.query(assume, [
    caller.role,
    JSON.stringify(claims),
    typeof sub === "string" ? sub : "",
  ]);
}

function scopeOf(client: pg.PoolClient, act: Act): Scope {
  return {
    rows: async <T extends Row>(sql: string, values: unknown[] = []) =>
      (await client.query<T>(sql, values)).rows,
    count: async (sql, values = []) => (await client.query(sql, values)).rowCount ?? 0,
    asCaller: () => become(client, act.caller),
    asService: () => become(client, service),
  };
}

/** A pool of at most eight connections that survives the database's restart. */
export function connect(databaseUrl: string): Database {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: "storage",
    max: 8,
    idleTimeoutMillis: 5_000,
  });
  // An idle connection that dies is replaced at the next request; without a listener it would end the process.
  pool.on("error", () => {});

  async function run<T>(
    act: Act,
    end: "commit" | "rollback",
    work: (scope: Scope) => Promise<T>,
  ): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      await client.query("begin");
      await client.query(describe, [act.operation, act.method, act.path]);
      await become(client, act.caller);
      const result = await work(scopeOf(client, act));
      await client.query(end);
      return result;
    } catch (error) {
      await client.query("rollback").catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  }

  return {
    transaction: (act, work) => run(act, "commit", work),
    rehearse: (act, work) => run(act, "rollback", work),
    close: () => pool.end(),
  };
}
