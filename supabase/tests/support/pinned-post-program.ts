import process from "node:process";
import { pinnedPost } from "../../../shared/vendor/pinned-post.ts";
import { type Connection, platformSockets, type Sockets } from "../../../shared/vendor/sockets.ts";

// Deno runs it: `pinnedPost` over real connections and real TLS, on a network whose names and addresses a test makes up.

interface Input {
  readonly ca: string;
  /** The ports of 127.0.0.1 that stand for the public address. */
  readonly ports: readonly number[];
  readonly url: string;
  readonly address: string;
  readonly timeoutMs: number;
}

/** Deno takes further authorities, as an operator's own; the product gives none. */
type StartTls = (
  connection: Connection,
  to: { hostname: string; caCerts: string[] },
) => Promise<Connection>;

const { ca, ports, url, address, timeoutMs }: Input = JSON.parse(process.argv[2] ?? "");
const platform = platformSockets();
const startTls: StartTls = platform.startTls.bind(platform);

async function post(port: number) {
  const connected: string[] = [];
  let looks = 0;
  const sockets: Sockets = {
    // Public at the first look, inside at every further one.
    resolveDns: async (_, kind) => {
      if (kind === "AAAA") return [];
      return looks++ === 0 ? [address] : ["127.0.0.1"];
    },
    connect: ({ hostname }) => {
      connected.push(hostname);
      return platform.connect({ hostname: "127.0.0.1", port });
    },
    startTls: (connection, { hostname }) => startTls(connection, { hostname, caCerts: [ca] }),
  };
  const answer = await pinnedPost(sockets, {
    url,
    headers: { "webhook-id": "msg_1" },
    body: "{}",
    signal: AbortSignal.timeout(timeoutMs),
    refusedHosts: [],
    isLoopbackAllowed: false,
  });
  return { answer, connected, looks };
}

console.log(JSON.stringify(await Promise.all(ports.map(post))));
