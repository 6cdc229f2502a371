import type { IncomingMessage, ServerResponse } from "node:http";

export type Json = Record<string, unknown>;

/** A request as the loopback's handlers see it. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  text: string;
  body: unknown;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** How long the second half of the body is behind the first. */
  pause_in_body?: number;
}

/** An error in VAPI's shape: `message` is one text or a list. */
export function failure(status: number, message: string | string[], error?: string): Answer {
  const names: Record<number, string> = {
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
  };
  return {
    status,
    body: { message, error: error ?? names[status] ?? "Error", statusCode: status },
  };
}

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export async function readAsked(incoming: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  const url = new URL(incoming.url ?? "/", "http://vapi");
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, value?.toString()]),
  );
  let body: unknown;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch {
    body = undefined;
  }
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers,
    text,
    body,
  };
}

export function send(outgoing: ServerResponse, answer: Answer): void {
  const { status, body, headers, pause_in_body = 0 } = answer;
  const text = body === undefined ? "" : JSON.stringify(body);
  const half = pause_in_body > 0 ? Math.ceil(text.length / 2) : 0;
  outgoing.writeHead(status, { "content-type": "application/json", ...headers });
  outgoing.write(text.slice(0, half));
  if (half > 0) setTimeout(() => outgoing.end(text.slice(half)), pause_in_body);
  else outgoing.end(text);
}
