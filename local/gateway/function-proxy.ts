import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { FunctionHost, Lease } from "../functions/host.ts";
import { json, send } from "./http.ts";

/** As on the platform: a function that sends nothing for this long is given up (504). */
const idleTimeoutMs = 150_000;

const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "upgrade",
]);

/** Headers of an answer that Node writes itself. */
const isDropped = (name: string): boolean => name === "transfer-encoding" || hopByHop.has(name);

/**
 * Decides what becomes of a function's answer: it streams on, its body goes on as it was read, or another one is given
 * in its place.
 */
export type Hold = (
  status: number,
  answer: IncomingMessage,
) => Promise<"streams" | Buffer | Response>;

/** Passes requests to the functions' processes, both bodies streaming. */
export class FunctionProxy {
  readonly #host: FunctionHost;
  // A new connection each time: a kept one may be closed by its worker just when it is used again.
  readonly #agent = new Agent({ keepAlive: false });

  constructor(host: FunctionHost) {
    this.#host = host;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** `path` starts with the function's name; the function sees it like that. */
  async handle(
    name: string,
    path: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    hold: Hold | null,
  ): Promise<void> {
    const lease = await this.#host.lease(name);
    if (lease === null) {
      await send(
        json(503, { code: "BOOT_ERROR", message: "Function failed to start (please check logs)" }),
        outgoing,
      );
      return;
    }
    try {
      await this.#forward(lease, path, incoming, outgoing, hold);
    } finally {
      lease.release();
    }
  }

  #forward(
    lease: Lease,
    path: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    hold: Hold | null,
  ): Promise<void> {
    return new Promise((resolve) => {
      const headers = { ...incoming.headers };
      // `transfer-encoding` stays: without it Node sends the body of a DELETE without framing.
      for (const name of Object.keys(headers)) if (hopByHop.has(name)) delete headers[name];
      headers["x-forwarded-for"] ??= incoming.socket.remoteAddress ?? "127.0.0.1";
      headers["x-forwarded-proto"] ??= "http";
      headers["x-forwarded-host"] ??= incoming.headers.host ?? "localhost";
      let hasAnswer = false;
      const upstream = request({
        host: "127.0.0.1",
        port: lease.port,
        path,
        method: incoming.method ?? "GET",
        headers,
        agent: this.#agent,
        timeout: idleTimeoutMs,
      });
      const fail = (status: number, code: string, message: string) => {
        upstream.destroy();
        if (hasAnswer) {
          outgoing.destroy();
          resolve();
          return;
        }
        hasAnswer = true;
        incoming.resume();
        void send(json(status, { code, message }), outgoing).then(resolve);
      };
      upstream.on("timeout", () => fail(504, "IDLE_TIMEOUT", "The function sent nothing in time."));
      const stopReading = () => {
        // Reads the rest of the body that the function did not read, so that the client sees the answer.
        incoming.unpipe(upstream);
        incoming.resume();
      };
      upstream.on("error", () => {
        stopReading();
        if (hasAnswer) return;
        // If the worker crashed, the next request must not go to it.
        void lease
          .crashed()
          .then(() =>
            fail(502, "WORKER_ERROR", "Function exited due to an error (please check logs)"),
          );
      });
      upstream.on("response", (answer) => {
        hasAnswer = true;
        answer.on("end", stopReading);
        const kept = answer.rawHeaders.flatMap((value, at, all) =>
          at % 2 === 0 && !isDropped(value.toLowerCase()) ? [value, all[at + 1] ?? ""] : [],
        );
        const status = answer.statusCode ?? 502;
        answer.on("error", () => outgoing.destroy());
        const pass = () => {
          outgoing.writeHead(status, kept);
          answer.pipe(outgoing);
        };
        if (hold === null) return pass();
        hold(status, answer).then(
          (held) => {
            if (held === "streams") return pass();
            if (held instanceof Response) return void send(held, outgoing);
            outgoing.writeHead(status, kept);
            outgoing.end(held);
          },
          () => outgoing.destroy(),
        );
      });
      outgoing.on("close", () => {
        if (!outgoing.writableFinished) upstream.destroy();
        resolve();
      });
      // A client that stops half-way must not leave the function waiting for the rest.
      incoming.on("aborted", () => upstream.destroy());
      incoming.pipe(upstream);
    });
  }
}
