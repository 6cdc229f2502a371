import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import pg from "pg";
import { rawText } from "./raw-text.ts";

export interface PoolOptions {
  url: string;
  /** Connections at once; more callers wait for theirs. */
  max: number;
  /** How the text of each type is read, by the type's oid. */
  parserOf: (oid: number) => (text: string) => unknown;
}

/** PostgREST's own (`db-pool-acquisition-timeout`). */
const acquisitionTimeoutMs = 10_000;
/** PostgREST's own (`db-pool-max-idletime`): a new connection reads every function anew, which a burst would have to wait for. */
const idleTimeoutMs = 30_000;

/** {@link normalizeDatabaseError} makes a 503 or 504 of it. */
class ConnectionError extends Error {
  readonly code: "CONNECTION_CLOSED" | "POOL_TIMEOUT";

  constructor(cause: Error) {
    super(cause.message, { cause });
    const isWait = cause.message === "timeout exceeded when trying to connect";
    this.code = isWait ? "POOL_TIMEOUT" : "CONNECTION_CLOSED";
  }
}

/** What node-postgres says without a code when there is no connection, or none any more. */
const lost =
  /^(timeout exceeded when trying|Connection terminated|Client has encountered a connection error|Client was closed)/;

function explained(error: unknown): unknown {
  return error instanceof Error && lost.test(error.message) ? new ConnectionError(error) : error;
}

/**
 * Connections for Kysely, of node-postgres: one that is lost refuses every further statement and is not lent again.
 *
 * The API library brings postgres.js. That goes on writing to a connection that has closed, opens it again for whoever
 * is next, and rejects outside of any promise when Postgres is lost while a connection opens, which ends the process.
 */
export class Pool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #types: pg.CustomTypesConfig;

  constructor({ url, max, parserOf }: PoolOptions) {
    this.#types = { getTypeParser: (oid: number) => parserOf(oid) };
    this.#pool = new pg.Pool({
      connectionString: url,
      max,
      connectionTimeoutMillis: acquisitionTimeoutMs,
      idleTimeoutMillis: idleTimeoutMs,
    });
    // The statements of a lost connection report its error. Without a listener here it would end the process.
    this.#pool.on("error", () => {});
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      return new Client(await this.#pool.connect(), this.#types);
    } catch (error) {
      throw explained(error);
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}

class Client implements PostgresPoolClient {
  readonly release: () => void;
  readonly #client: pg.PoolClient;
  readonly #types: pg.CustomTypesConfig;

  constructor(client: pg.PoolClient, types: pg.CustomTypesConfig) {
    this.#client = client;
    this.#types = types;
    this.release = () => client.release();
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    text: string | PostgresCursor<R>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof text !== "string") throw new Error("Cursors are not configured.");
    return this.#run<R>(text, values);
  }

  async #run<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    try {
      const { command, rowCount, rows } = await this.#client.query({
        text,
        values: values.map(rawText),
        types: this.#types,
      });
      return { command: kindOf(command), rowCount: rowCount ?? 0, rows };
    } catch (error) {
      throw explained(error);
    }
  }
}

/** Commands whose rows Kysely counts; every other command reads. */
const writes = ["INSERT", "UPDATE", "DELETE", "MERGE"] as const;

function kindOf(command: string): PostgresQueryResult<unknown>["command"] {
  return writes.find((each) => each === command) ?? "SELECT";
}
