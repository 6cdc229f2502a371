import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** A server on a free port of 127.0.0.1. */
export interface Loopback {
  readonly url: string;
  stop(): Promise<void>;
}

/** Answers each request once its body is there. */
export async function serve(
  answer: (incoming: IncomingMessage, outgoing: ServerResponse, body: string) => Promise<void>,
): Promise<Loopback> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      let body = "";
      for await (const chunk of incoming.setEncoding("utf8")) body += chunk;
      await answer(incoming, outgoing, body);
    } catch {
      // Whoever asked was killed meanwhile.
      outgoing.destroy();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** An answer of JSON. */
export function answerJson(
  outgoing: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  outgoing.writeHead(status, { "content-type": "application/json", ...headers });
  outgoing.end(JSON.stringify(body));
}
