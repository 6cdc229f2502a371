import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { query } from "./query.ts";
import type { StackProcess } from "./stack-process.ts";

const EVERY_MS = 5_000;

/**
 * Tasks of another kind, one every five seconds, as somebody makes them who deletes a file: how long they wait says
 * whether anything starves. The worker comes once a minute, so up to a minute is no one's fault.
 */
export class Probes {
  readonly #stack: StackProcess;
  readonly #name = `probe-${randomUUID()}`;
  #timer: NodeJS.Timeout;

  constructor(stack: StackProcess) {
    this.#stack = stack;
    this.#timer = setInterval(() => void this.#make().catch(() => {}), EVERY_MS);
  }

  async #make(): Promise<void> {
    await query(
      this.#stack.address.db_url,
      "select private.enqueue_task('remove_ticket_file', $1)",
      [`${this.#name}/${randomUUID()}`],
    );
  }

  /** Makes no more, waits for those that were made, and says how long they waited. */
  async end(): Promise<string> {
    clearInterval(this.#timer);
    const { db_url } = this.#stack.address;
    for (const deadline = Date.now() + 180_000; Date.now() < deadline; await sleep(1_000)) {
      const [waits] = await query<{ made: number; open: number; median: number; longest: number }>(
        db_url,
        `select count(*)::integer as made, count(*) filter (where done_at is null)::integer as open,
           coalesce(percentile_disc(0.5) within group (order by extract(epoch from done_at - created_at)), 0)::integer as median,
           coalesce(max(extract(epoch from done_at - created_at)), 0)::integer as longest
         from public.tasks where kind = 'remove_ticket_file' and strpos(resource_id, $1) = 1`,
        [this.#name],
      );
      if (waits?.open !== 0) continue;
      return `${waits.made} other tasks waited ${waits.median} s in the median and ${waits.longest} s at most`;
    }
    return "other tasks STARVED";
  }
}
