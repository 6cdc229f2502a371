import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Listening } from "../listen.ts";
import { answerJson, serve } from "./loopback.ts";

/** A mail that was taken. */
interface TakenMail {
  readonly id: string;
  readonly hash: string;
  readonly at: number;
}

export interface MailProviderOptions {
  /** How long it takes before it takes a mail, and again before it says so. */
  readonly latencyMs: () => number;
  /** Requests in a second, at most; more are refused with 429. */
  readonly perSecond?: number;
}

/** Resend as this project uses it: a key is one mail, and no more than its rate is taken. It outlives whatever is killed. */
export class MailProvider {
  readonly #options: MailProviderOptions;
  readonly #byKey = new Map<string, TakenMail>();
  readonly #atWork = new Set<string>();
  readonly #byReader = new Map<string, number>();
  #second = 0;
  #inSecond = 0;
  #loopback: Listening | null = null;
  requests = 0;
  /** Requests with the key of a mail that was taken before: without keys each would be a second mail. */
  repetitions = 0;
  refusedForRate = 0;
  /** A key that came with another body, which loses the mail. */
  conflicts = 0;
  lastTakenAt = 0;

  constructor(options: MailProviderOptions) {
    this.#options = options;
  }

  get taken(): number {
    return this.#byKey.size;
  }

  /** How many mails a reader got so far. */
  mailsTo(address: string): number {
    return this.#byReader.get(address) ?? 0;
  }

  async start(): Promise<void> {
    this.#loopback = await serve(async (incoming, outgoing, body) => {
      this.requests++;
      if (this.#isTooMuch()) {
        this.refusedForRate++;
        const said = { statusCode: 429, name: "rate_limit_exceeded", message: "Too many requests" };
        return answerJson(outgoing, 429, said, { "retry-after": "1" });
      }
      const key = String(incoming.headers["idempotency-key"]);
      const { status, ...said } = await this.#take(key, body);
      answerJson(outgoing, status, said);
    });
  }

  async stop(): Promise<void> {
    await this.#loopback?.stop();
  }

  /** What makes the functions send here. */
  get environment(): Record<string, string> {
    return { RESEND_API_URL: this.#loopback?.url ?? "" };
  }

  /** A window of a second, as Resend counts. */
  #isTooMuch(): boolean {
    const { perSecond } = this.#options;
    if (perSecond === undefined) return false;
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    return ++this.#inSecond > perSecond;
  }

  async #take(key: string, body: string): Promise<{ status: number; id?: string; name?: string }> {
    const hash = createHash("sha256").update(body).digest("hex");
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      this.repetitions++;
      if (known.hash === hash) return { status: 200, id: known.id };
      this.conflicts++;
      return { status: 409, name: "invalid_idempotent_request" };
    }
    if (this.#atWork.has(key)) return { status: 409, name: "concurrent_idempotent_requests" };
    this.#atWork.add(key);
    await sleep(this.#options.latencyMs());
    const mail = { id: randomUUID(), hash, at: Date.now() };
    this.#byKey.set(key, mail);
    this.#atWork.delete(key);
    this.lastTakenAt = mail.at;
    const { to } = JSON.parse(body) as { to: string };
    this.#byReader.set(to, this.mailsTo(to) + 1);
    await sleep(this.#options.latencyMs());
    return { status: 200, id: mail.id };
  }
}
