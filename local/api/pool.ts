import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import postgres from "postgres";

export type ClientOptions = postgres.Options<Record<string, postgres.PostgresType>>;

/** As postgres.js names it; {@link normalizeDatabaseError} makes a 503 of it. */
class ConnectionClosed extends Error {
  readonly code = "CONNECTION_CLOSED";
}

/** What Kysely counts the rows of; any other command reads. */
const writes = ["INSERT", "UPDATE", "DELETE", "MERGE"] as const;

/** One connection for its whole life. When that has ended it says so, and never opens another. */
class Client implements PostgresPoolClient {
  isOpen = true;
  readonly release: () => void;
  readonly #sql: postgres.Sql<Record<string, unknown>>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(url: string, options: ClientOptions, onRelease: (client: Client) => void) {
    this.release = () => onRelease(this);
    this.#sql = postgres(url, {
      ...options,
      max: 1,
      max_lifetime: null,
      onclose: () => {
        this.isOpen = false;
      },
    });
  }

  /** One after the other: what postgres.js has queued when a connection ends, it sends on the next one. */
  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    text: string | PostgresCursor<R>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof text !== "string") throw new Error("Cursors are not configured.");
    const result = this.#last.then(() => this.#run<R>(text, values));
    this.#last = result.catch(() => {});
    return result;
  }

  async #run<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (!this.isOpen) throw new ConnectionClosed("The connection to the database is closed.");
    const rows = await this.#sql.unsafe<R[]>(text, [...values]);
    const command = writes.find((each) => each === rows.command) ?? "SELECT";
    return { command, rowCount: rows.count, rows: [...rows] };
  }

  async end(timeoutSeconds: number): Promise<void> {
    await this.#sql.end({ timeout: timeoutSeconds });
  }
}

/** Seconds that queries under way get when a pool is closed. */
const closingSeconds = 2;

/**
 * Connections for Kysely, each a postgres.js client of its own that is thrown away when its socket closes.
 *
 * The library pools with postgres.js' `reserve()` instead, which goes on writing to a connection that has closed:
 * Kysely's `rollback` after a lost connection then throws outside of any promise, which ends the process, and once
 * the connection has been opened again for another caller, it is that caller's transaction that is rolled back.
 */
export class Pool implements PostgresPool {
  readonly #make: () => Client;
  readonly #max: number;
  readonly #clients = new Set<Client>();
  readonly #idle: Client[] = [];
  readonly #waiting: ((client: Client) => void)[] = [];

  constructor(url: string, max: number, options: ClientOptions) {
    this.#make = () => new Client(url, options, (client) => this.#release(client));
    this.#max = max;
  }

  async connect(): Promise<PostgresPoolClient> {
    return this.#take() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  async end(): Promise<void> {
    await Promise.all([...this.#clients].map((client) => client.end(closingSeconds)));
  }

  #take(): Client | null {
    for (let client = this.#idle.pop(); client !== undefined; client = this.#idle.pop()) {
      if (client.isOpen) return client;
      this.#clients.delete(client);
    }
    if (this.#clients.size === this.#max) return null;
    const made = this.#make();
    this.#clients.add(made);
    return made;
  }

  #release(client: Client): void {
    if (client.isOpen) this.#idle.push(client);
    else this.#clients.delete(client);
    if (this.#waiting.length === 0) return;
    const next = this.#take();
    if (next !== null) this.#waiting.shift()?.(next);
  }
}
