import { unlessAborted } from "../core/unless-aborted.ts";
import { retryAfterSeconds } from "./client.ts";
import { isPublicAddress } from "./public-address.ts";
import { type ResponseHead, readHead } from "./response-head.ts";
import type { Connection, Sockets } from "./sockets.ts";

export interface PinnedPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the request, whatever it waits for. */
  readonly signal: AbortSignal;
  /** Names that are never asked, such as our own. */
  readonly refusedHosts: readonly string[];
  /** Whether `http://127.0.0.1:<port>` may be asked. Only the embedded stack says so. */
  readonly isLoopbackAllowed: boolean;
}

/** What is told of a request that got no answer: never what the network said. */
export type PinnedFault = "timeout" | "no_connection" | "tls" | "address_refused" | "bad_answer";

export type PinnedAnswer =
  | { readonly status: number; readonly retryAfterSeconds: number | undefined }
  | { readonly fault: PinnedFault };

class Fault extends Error {
  readonly fault: PinnedFault;
  constructor(fault: PinnedFault) {
    super(fault);
    this.fault = fault;
  }
}

/** Turns whatever a step throws into its fault. */
async function step<Result>(
  fault: PinnedFault,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await unlessAborted(work(), signal);
  } catch (error) {
    if (signal.aborted) throw new Fault("timeout");
    throw error instanceof Fault ? error : new Fault(fault);
  }
}

const PORTS: ReadonlySet<string> = new Set(["", "443", "8443"]);

/** The addresses of a name, resolved once. One that is not public refuses them all. */
async function publicAddresses(sockets: Sockets, name: string): Promise<string[]> {
  const found = await Promise.all(
    (["A", "AAAA"] as const).map((kind) => sockets.resolveDns(name, kind).catch(() => [])),
  );
  const addresses = found.flat();
  if (addresses.length === 0) throw new Fault("no_connection");
  if (!addresses.every(isPublicAddress)) throw new Fault("address_refused");
  return addresses;
}

async function connectToFirst(
  sockets: Sockets,
  addresses: readonly string[],
  port: number,
): Promise<Connection> {
  const [first, ...others] = addresses;
  if (first === undefined) throw new Fault("no_connection");
  try {
    return await sockets.connect({ hostname: first, port });
  } catch (error) {
    if (others.length === 0) throw error;
    return connectToFirst(sockets, others, port);
  }
}

/** Resolves, checks and connects; what comes after the time is over is closed. */
async function open(sockets: Sockets, url: URL, post: PinnedPost): Promise<Connection> {
  const { signal } = post;
  const until = async (fault: PinnedFault, opening: () => Promise<Connection>) => {
    const opened = opening();
    opened.then((late) => signal.aborted && late.close()).catch(() => {});
    return step(fault, signal, () => opened);
  };
  if (post.isLoopbackAllowed && url.protocol === "http:" && url.hostname === "127.0.0.1") {
    const to = { hostname: url.hostname, port: Number(url.port) };
    return until("no_connection", () => sockets.connect(to));
  }
  const name = url.hostname.replace(/\.$/, "");
  const isStrange = url.protocol !== "https:" || url.username !== "" || !PORTS.has(url.port);
  if (isStrange || !/\.[a-z][a-z0-9-]*$/i.test(name) || post.refusedHosts.includes(name)) {
    throw new Fault("address_refused");
  }
  const addresses = await step("no_connection", signal, () => publicAddresses(sockets, name));
  const plain = await until("no_connection", () =>
    connectToFirst(sockets, addresses.slice(0, 2), Number(url.port || 443)),
  );
  return until("tls", () => sockets.startTls(plain, { hostname: name }));
}

function requestText(url: URL, { headers, body }: PinnedPost): Uint8Array {
  const content = new TextEncoder().encode(body);
  const lines = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    "connection: close",
    `content-length: ${content.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const head = new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
  const request = new Uint8Array(head.length + content.length);
  request.set(head);
  request.set(content, head.length);
  return request;
}

async function exchange(connection: Connection, request: Uint8Array): Promise<ResponseHead> {
  for (let sent = 0; sent < request.length; ) {
    sent += await connection.write(request.subarray(sent));
  }
  const head = await readHead(connection);
  if (head === null) throw new Fault("bad_answer");
  return head;
}

function closeQuietly(connection: Connection): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}

/**
 * Posts to an address that a stranger chose. The name is resolved once and the connection goes to an address that was
 * checked, while TLS is held to the name. No redirect is followed and nothing of the answer's body is read.
 * @see docs/decisions/0131-webhooks-connect-to-a-checked-address.md
 */
export async function pinnedPost(sockets: Sockets, post: PinnedPost): Promise<PinnedAnswer> {
  let connection: Connection | undefined;
  try {
    const url = new URL(post.url);
    const opened = await open(sockets, url, post);
    connection = opened;
    // The handshake happens with the first bytes.
    const fault = url.protocol === "https:" ? "tls" : "no_connection";
    const head = await step(fault, post.signal, () => exchange(opened, requestText(url, post)));
    return { status: head.status, retryAfterSeconds: retryAfterSeconds(head.retryAfter) };
  } catch (error) {
    return { fault: error instanceof Fault ? error.fault : "bad_answer" };
  } finally {
    if (connection !== undefined) closeQuietly(connection);
  }
}
