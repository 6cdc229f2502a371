import { createServer, type IncomingMessage } from "node:http";
import { type Listening, listenOnLoopback } from "../../../../tools/listen.ts";

async function webRequest(incoming: IncomingMessage, base: string): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const method = incoming.method ?? "GET";
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(chunks);
  return new Request(new URL(incoming.url ?? "/", base), { method, headers, body });
}

/** Serves a fetch handler over real HTTP on a free port of 127.0.0.1, until stopped. */
export async function serveVendor(
  handler: (request: Request, base: string) => Promise<Response>,
): Promise<Listening> {
  let url = "http://127.0.0.1";
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await handler(await webRequest(incoming, url), url);
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    } catch (error) {
      outgoing.writeHead(599).end(String(error));
    }
  });
  const listening = await listenOnLoopback(server);
  url = listening.url;
  return listening;
}
