import { setTimeout as sleep } from "node:timers/promises";
import { query } from "./query.ts";
import type { StackProcess } from "./stack-process.ts";

const PATIENCE_MS = 120_000;

/** Lets leases, pauses and waiting times be over, as hours would. */
const passTime = [
  "update public.tasks set leased_until = now() where leased_until > now()",
  "update public.tasks set run_after = now() where run_after > now() and done_at is null and cancelled_at is null and dead_at is null",
  "update private.mail_pace set paused_until = 'epoch', next_slot_at = 'epoch'",
  "update public.message_deliveries set due_at = now() where state = 'queued' and due_at > now()",
  "update public.webhook_deliveries set next_attempt_at = now() where next_attempt_at > now()",
  "update public.webhook_endpoints set retry_at = now() where retry_at > now()",
  "select private.retry_events(now() + interval '1 hour')",
];

const OPEN = `select
  (select count(*)::integer from public.message_deliveries where state = 'queued') +
  (select count(*)::integer from public.webhook_deliveries where state = 'pending') as open`;

/** What the scheduler has done every minute, done again and again. */
export class Work {
  readonly #stack: StackProcess;
  readonly #working: Promise<void>;
  #isEnding = false;

  constructor(stack: StackProcess) {
    this.#stack = stack;
    this.#working = this.#goOn();
  }

  async #goOn(): Promise<void> {
    while (!this.#isEnding) {
      await this.#once().catch(() => {}); // What is killed comes back.
      await sleep(50);
    }
  }

  async #once(): Promise<void> {
    const { url, db_url, secret_key } = this.#stack.address;
    await query(db_url, "select private.release_messages(now())");
    const answer = await fetch(`${url}/functions/v1/maintenance`, {
      method: "POST",
      headers: { apikey: secret_key },
    });
    await answer.text();
  }

  /** Works until nothing is on its way. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#working;
    const { db_url } = this.#stack.address;
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
      try {
        for (const statement of passTime) await query(db_url, statement);
        await this.#once();
        const [found] = await query<{ open: number }>(db_url, OPEN);
        if (found?.open === 0) return;
      } catch {
        await sleep(250);
      }
    }
    throw new Error(`still on its way after ${PATIENCE_MS / 1000} s`);
  }
}
