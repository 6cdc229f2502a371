import type pg from "pg";

interface QueuedRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: Buffer | null;
  timeout_milliseconds: number;
}

interface Answer {
  status: number | null;
  headers: Record<string, string> | null;
  content: string | null;
  isTimedOut: boolean;
  error: string | null;
}

/** Like pg_net: how many requests are taken at once, and how long answers are kept. */
const batchSize = 200;
const keptFor = "6 hours";

/**
 * Sends what `net.http_*` queued, once each and without retries, as pg_net does: a row leaves the queue when
 * it is taken, so a crash loses it. Answers go to `net._http_response`.
 */
export class RequestSender {
  readonly #log: (line: string) => void;
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Takes what is queued and starts sending it; answers are written through `control`. */
  async tick(control: pg.Client): Promise<void> {
    const exists = await control.query(
      "select where to_regclass('net.http_request_queue') is not null",
    );
    if (exists.rowCount === 0) return;
    const taken = await control.query<QueuedRequest>(
      `delete from net.http_request_queue where id in (
         select id from net.http_request_queue order by id limit ${batchSize} for update skip locked)
       returning id::text, method, url, headers, body, timeout_milliseconds`,
    );
    for (const request of taken.rows) {
      const run = this.#send(request)
        .then((answer) => this.#record(control, request, answer))
        .catch((error: unknown) => this.#log(`request ${request.id}: ${String(error)}`))
        .finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  /** Forgets old answers. */
  async tidy(control: pg.Client): Promise<void> {
    const exists = await control.query(
      "select where to_regclass('net._http_response') is not null",
    );
    if (exists.rowCount === 0) return;
    await control.query(
      `delete from net._http_response where created < now() - interval '${keptFor}'`,
    );
  }

  /** Gives up what is under way. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.allSettled(this.#running);
  }

  async #send(request: QueuedRequest): Promise<Answer> {
    const timeout = AbortSignal.timeout(request.timeout_milliseconds);
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers ?? {},
        body: request.body === null ? null : new Uint8Array(request.body),
        signal: AbortSignal.any([timeout, this.#abort.signal]),
      });
      const content = await response.text();
      const headers = Object.fromEntries(response.headers);
      return { status: response.status, headers, content, isTimedOut: false, error: null };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const text = timeout.aborted
        ? `Timeout of ${request.timeout_milliseconds} ms reached.`
        : String(cause);
      return {
        status: null,
        headers: null,
        content: null,
        isTimedOut: timeout.aborted,
        error: text,
      };
    }
  }

  async #record(control: pg.Client, request: QueuedRequest, answer: Answer): Promise<void> {
    if (answer.error !== null)
      this.#log(`request ${request.id} to ${request.url}: ${answer.error}`);
    await control.query(
      `insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        request.id,
        answer.status,
        answer.headers?.["content-type"] ?? null,
        answer.headers === null ? null : JSON.stringify(answer.headers),
        answer.content,
        answer.isTimedOut,
        answer.error,
      ],
    );
  }
}
