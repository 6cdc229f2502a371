import pg from "pg";

/** Why a statement did not go through. */
export interface SqlFailure {
  /** SQLSTATE; `stopped` when the limit from outside ended it. */
  code: string;
  message: string;
  /** Characters from the start of the statement, from 1; null when Postgres names none. */
  position: number | null;
}

/** The size of the scratch database above which the statement that makes it grow is ended. */
const maxDatabaseBytes = 2 * 1024 ** 3;

/**
 * A connection for SQL of strangers. Limits are held from outside by a second connection, because a statement
 * may lift those that it sets itself. Rows are dropped as they come.
 */
export class GuardedSession {
  readonly #url: string;
  readonly #guard: pg.Client;
  readonly #limitMs: number;
  #client: pg.Client | null = null;
  #pid = 0;

  private constructor(url: string, guard: pg.Client, limitMs: number) {
    this.#url = url;
    this.#guard = guard;
    this.#limitMs = limitMs;
  }

  /** @param limitMs how long one statement may run */
  static async open(url: string, superuserUrl: string, limitMs: number): Promise<GuardedSession> {
    const guard = new pg.Client({ connectionString: superuserUrl });
    guard.on("error", () => {});
    await guard.connect();
    return new GuardedSession(url, guard, limitMs);
  }

  /** Runs one statement; null when it went through. */
  async run(text: string): Promise<SqlFailure | null> {
    const client = await this.#connected();
    let stopped: string | null = null;
    const started = Date.now();
    const watch = setInterval(
      () => {
        void this.#excess(started).then((reason) => {
          if (reason === null || stopped !== null) return;
          stopped = reason;
          void this.#guard.query("select pg_terminate_backend($1)", [this.#pid]);
        });
      },
      Math.min(1_000, this.#limitMs / 2),
    );
    try {
      return await submit(client, text);
    } catch (error) {
      if (stopped !== null) return { code: "stopped", message: stopped, position: null };
      const failure = failureOf(error);
      // The server ended the connection, or it broke: the next statement has one of its own.
      if (failure.code === "" || failure.code.startsWith("57P")) await this.#forget();
      return failure;
    } finally {
      clearInterval(watch);
      if (stopped !== null) await this.#forget();
    }
  }

  /** Whether the connection of the last statement is still there; with it ends its transaction. */
  get isConnected(): boolean {
    return this.#client !== null;
  }

  /** Whether an extension's files are installed. */
  async hasExtension(name: string): Promise<boolean> {
    const { rowCount } = await this.#guard.query(
      "select from pg_available_extensions where name = $1",
      [name],
    );
    return rowCount === 1;
  }

  /** The first value that a query of ours gives, in the transaction of the statements around it. */
  async value(query: string, parameters: readonly string[] = []): Promise<string | null> {
    const client = await this.#connected();
    const { rows } = await client.query<{ value: string | null }>(query, [...parameters]);
    return rows[0]?.value ?? null;
  }

  async close(): Promise<void> {
    await this.#forget();
    await this.#guard.end();
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client;
    const client = new pg.Client({ connectionString: this.#url });
    client.on("error", () => this.#drop(client));
    client.on("end", () => this.#drop(client));
    await client.connect();
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    this.#pid = rows[0]?.pid ?? 0;
    this.#client = client;
    return client;
  }

  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = null;
  }

  async #forget(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  async #excess(started: number): Promise<string | null> {
    if (Date.now() - started >= this.#limitMs) {
      return `it ran longer than ${this.#limitMs / 1000} s and was ended from outside`;
    }
    const { rows } = await this.#guard.query<{ size: string }>(
      "select pg_database_size(current_database()) as size",
    );
    return Number(rows[0]?.size ?? 0) > maxDatabaseBytes
      ? "it filled the scratch database and was ended from outside"
      : null;
  }
}

function submit(client: pg.Client, text: string): Promise<null> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(text);
    const lost = () => reject(new Error("the connection ended"));
    client.once("end", lost);
    query.on("row", () => {}); // With a listener and without a callback the driver keeps no rows.
    query.on("error", (error: unknown) => {
      client.off("end", lost);
      reject(error);
    });
    query.on("end", () => {
      client.off("end", lost);
      resolve(null);
    });
    client.query(query);
  });
}

function failureOf(error: unknown): SqlFailure {
  if (error instanceof pg.DatabaseError) {
    return {
      code: error.code ?? "",
      message: error.message,
      position: error.position === undefined ? null : Number(error.position),
    };
  }
  return {
    code: "",
    message: error instanceof Error ? error.message : String(error),
    position: null,
  };
}
