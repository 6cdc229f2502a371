import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Listening } from "../listen.ts";
import { serve } from "./loopback.ts";

export interface WebhookReceiverOptions {
  /** How long it takes before it takes an event, and again before it says so. */
  readonly latencyMs: () => number;
  /** Places that take a connection and never answer; none unless told. */
  readonly isHanging?: (place: string) => boolean;
}

/** The systems of all customers in one: each has a path of its own, and what came there is counted by its id. */
export class WebhookReceiver {
  readonly #options: WebhookReceiverOptions;
  /** Of each path, the ids of a kind that came, with how often. */
  readonly #came = new Map<string, Map<string, number>>();
  #loopback: Listening | null = null;
  requests = 0;
  /** Events, whatever number of times each came. */
  events = 0;
  /** When each of them came first. */
  readonly cameAt: number[] = [];
  /** Requests under an id that had come before. */
  repetitions = 0;

  constructor(options: WebhookReceiverOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#loopback = await serve(async (incoming, outgoing, body) => {
      this.requests++;
      if (this.#options.isHanging?.(incoming.url?.slice(1) ?? "")) return;
      await sleep(this.#options.latencyMs());
      const { type } = JSON.parse(body) as { type: string };
      this.#note(`${incoming.url} ${type}`, String(incoming.headers["webhook-id"]));
      await this.#answer(outgoing);
    });
  }

  async stop(): Promise<void> {
    await this.#loopback?.stop();
  }

  urlOf(place: string): string {
    return `${this.#loopback?.url}/${place}`;
  }

  /** How many events of a kind came to a place, whatever number of times each. */
  eventsAt(place: string, kind: string): number {
    return this.#came.get(`/${place} ${kind}`)?.size ?? 0;
  }

  #note(what: string, id: string): void {
    const ids = this.#came.get(what) ?? new Map<string, number>();
    this.#came.set(what, ids);
    const times = (ids.get(id) ?? 0) + 1;
    ids.set(id, times);
    if (times > 1) this.repetitions++;
    else {
      this.events++;
      this.cameAt.push(Date.now());
    }
  }

  async #answer(outgoing: ServerResponse): Promise<void> {
    await sleep(this.#options.latencyMs());
    outgoing.writeHead(204).end();
  }
}
