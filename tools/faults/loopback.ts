import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Listening, listenOnLoopback } from "../listen.ts";

/** Answers each request once its body is there. */
export async function serve(
  answer: (incoming: IncomingMessage, outgoing: ServerResponse, body: string) => Promise<void>,
): Promise<Listening> {
  return await listenOnLoopback(
    createServer(async (incoming, outgoing) => {
      try {
        let body = "";
        for await (const chunk of incoming.setEncoding("utf8")) body += chunk;
        await answer(incoming, outgoing, body);
      } catch {
        // Whoever asked was killed meanwhile.
        outgoing.destroy();
      }
    }),
  );
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
