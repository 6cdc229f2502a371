import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { onTestFinished } from "vitest";
import { listenOnLoopback } from "../../../tools/listen.ts";

/** Listens on a free port of 127.0.0.1 until the test ends; the answer is the server's address. */
export async function listen(server: Server): Promise<string> {
  const { url, stop } = await listenOnLoopback(server);
  onTestFinished(stop);
  return url;
}

/** A server for plain listeners; see `listen`. */
export function serveRequests(listener: RequestListener): Promise<string> {
  return listen(createServer(listener));
}

function webStream(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      incoming.on("data", (chunk: Uint8Array) => controller.enqueue(chunk));
      incoming.on("end", () => controller.close());
      incoming.on("error", (error) => controller.error(error));
    },
    cancel: () => void incoming.removeAllListeners("data").removeAllListeners("end").resume(),
  });
}

function webRequest(incoming: IncomingMessage, url: string): Request {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const method = incoming.method ?? "GET";
  const body = method === "GET" || method === "HEAD" ? null : webStream(incoming);
  const streaming = { method, headers, body, duplex: "half" };
  return new Request(url, streaming);
}

/** Serves a fetch handler over real HTTP, streaming bodies in; see `listen`. */
export function serveFetch(handler: (request: Request) => Promise<Response>): Promise<string> {
  return serveRequests(async (incoming, outgoing) => {
    const response = await handler(webRequest(incoming, `http://loopback${incoming.url}`));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  });
}
