import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen } from "./loopback.ts";
import { testStack } from "./resources.ts";

/** What happens to one request on its way. */
export type Fault =
  | { readonly kind: "refuse"; readonly status: number; readonly headers?: Record<string, string> }
  /** The connection ends in the middle of the body that is sent. */
  | { readonly kind: "cut request" }
  /** The body is read no further until `release` is called. */
  | { readonly kind: "hold request" }
  /** The connection ends after the work is done, before or in the middle of the answer. */
  | { readonly kind: "lose answer" }
  | { readonly kind: "cut answer" };

/** A network between a client and the shared stack. */
export interface FaultyProxy {
  readonly url: string;
  /** Lets these happen to the next requests whose method and address hold this text, one each. */
  inflict(on: string, ...faults: readonly Fault[]): void;
  /** Method and address of all that came. */
  readonly requests: readonly string[];
  /** Done once a request is held. */
  readonly held: Promise<void>;
  release(): void;
}

/** A body up to its end, or to the point where its fault comes. */
async function readBody(
  incoming: IncomingMessage,
  fault: Fault | undefined,
  hold: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk);
    if (fault?.kind === "cut request") incoming.destroy();
    if (fault?.kind === "hold request" && chunks.length === 1) await hold();
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

function forwarded(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    if (/^(host|connection|content-length|accept-encoding|transfer-encoding)$/.test(name)) continue;
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}

/** Passes an answer on. Links to the stack lead through the proxy. */
async function answer(
  outgoing: ServerResponse,
  response: Response,
  fault: Fault | undefined,
  [from, to]: readonly [string, string],
): Promise<void> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const body = isJson ? Buffer.from(bytes.toString().replaceAll(from, to)) : bytes;
  if (fault?.kind === "lose answer") {
    outgoing.destroy();
    return;
  }
  // The body came whole and is decoded already: Deno 2.1 compresses by itself.
  const headers = new Headers(response.headers);
  for (const name of ["transfer-encoding", "content-encoding"]) headers.delete(name);
  const isEmpty = response.status === 204 || response.status === 304;
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(headers),
    ...(isEmpty ? {} : { "content-length": body.byteLength }),
  });
  if (fault?.kind === "cut answer") {
    outgoing.write(body.subarray(0, body.byteLength / 2), () => outgoing.destroy());
  } else outgoing.end(body);
}

/** Starts one for the test that calls. */
export async function faultyProxy(): Promise<FaultyProxy> {
  const { url: stack } = testStack();
  const planned: { on: string; fault: Fault }[] = [];
  const requests: string[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let nowHeld = () => {};
  const held = new Promise<void>((resolve) => {
    nowHeld = resolve;
  });
  const hold = () => {
    nowHeld();
    return released;
  };
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = "GET", url: path } = incoming;
    const request = `${method} ${path}`;
    if (method !== "OPTIONS") requests.push(request);
    const place = planned.findIndex(({ on }) => request.includes(on));
    const fault = place < 0 ? undefined : planned.splice(place, 1)[0]?.fault;
    const body = await readBody(incoming, fault, hold);
    if (fault?.kind === "refuse") {
      outgoing.writeHead(fault.status, {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "retry-after",
        ...fault.headers,
      });
      outgoing.end();
      return;
    }
    const response = await fetch(`${stack}${path}`, {
      method,
      headers: forwarded(incoming),
      redirect: "manual",
      ...(body.byteLength === 0 ? {} : { body }),
    });
    await answer(outgoing, response, fault, [stack, own]);
  };
  const own = await listen(
    createServer((incoming, outgoing) => {
      // Whoever is cut off or goes away has no answer to get.
      pass(incoming, outgoing).catch(() => outgoing.destroy());
    }),
  );
  return {
    url: own,
    inflict: (on, ...faults) => planned.push(...faults.map((fault) => ({ on, fault }))),
    requests,
    held,
    release,
  };
}
