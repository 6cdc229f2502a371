import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";

/** A server of tests or tools that listens. */
export interface Listening {
  readonly port: number;
  /** For plain HTTP, without a trailing slash. */
  readonly url: string;
  /** Takes no more, and cuts what is open. */
  stop(): Promise<void>;
}

/** Lets a server listen on a free port of 127.0.0.1. */
export async function listenOnLoopback(server: HttpServer | HttpsServer): Promise<Listening> {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const { port } = address;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
