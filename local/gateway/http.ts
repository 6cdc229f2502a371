import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** A request of Node's server as a web request; the body streams. */
export function toRequest(incoming: IncomingMessage, url: URL): Request {
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    const name = incoming.rawHeaders[at];
    const value = incoming.rawHeaders[at + 1];
    if (name !== undefined && value !== undefined) headers.append(name, value);
  }
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  if (!hasBody) return new Request(url, { method, headers });
  // `duplex` is required of a streaming body; the DOM's types do not know it yet.
  const init: RequestInit & { duplex: "half" } = {
    method,
    headers,
    body: bodyStream(incoming),
    duplex: "half",
  };
  return new Request(url, init);
}

/** Written out, because Node's stream types and the DOM's are not assignable to each other. */
function bodyStream(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: async () => {
      await chunks.return?.();
    },
  });
}

/** Sends a web response through Node's server; the body streams. */
export async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") outgoing.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
  if (response.body === null) {
    outgoing.end();
    return;
  }
  try {
    await pipeline(response.body, outgoing);
  } catch {
    outgoing.destroy(); // The client went away, or the body broke off: the client must see that it did.
  }
}

/** What browsers ask for before they send; the headers beside these are allowed as asked. */
const corsHeaders: Record<string, string> = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
  "access-control-allow-headers":
    "authorization, apikey, content-type, x-client-info, x-upsert, x-metadata, cache-control, range, prefer, accept-profile, content-profile, x-supabase-api-version",
  "access-control-max-age": "86400",
};

/** Whether a browser asks for a page of another origin; a plain OPTIONS asks for something else. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === "OPTIONS" && headers["access-control-request-method"] !== undefined;

/** The answer to a browser that asks whether a page of another origin may send a request. */
export function preflight({ headers: asked }: IncomingMessage): Response {
  const headers = new Headers(corsHeaders);
  const wanted = asked["access-control-request-headers"];
  if (wanted !== undefined) headers.set("access-control-allow-headers", String(wanted));
  return new Response(null, { status: 204, headers });
}

/** The same answer, which pages of other origins may read. */
export function forAnyOrigin({ body, status, headers: own }: Response): Response {
  const headers = new Headers(own);
  headers.set("access-control-allow-origin", "*");
  return new Response(body, { status, headers });
}

/** A JSON answer of the gateway itself. */
export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return Response.json(body, {
    status,
    headers: { "access-control-allow-origin": "*", ...headers },
  });
}
