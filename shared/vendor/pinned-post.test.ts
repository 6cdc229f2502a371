import { describe, expect, it, vi } from "vitest";
import { type PinnedPost, pinnedPost } from "./pinned-post.ts";
import type { Connection, Sockets } from "./sockets.ts";

const PUBLIC = "93.184.216.34";
/** So long a server hangs: much longer than anybody waits for it. */
const HANGS_MS = 2_000;

/** A server that says these texts, each in one read, and then ends or hangs. */
function connection(texts: readonly string[], after: "ends" | "hangs" = "ends") {
  const waiting = texts.map((text) => new TextEncoder().encode(text));
  let sent = "";
  let hasEnded = false;
  return {
    read: async (into: Uint8Array) => {
      const next = waiting.shift();
      if (next === undefined) {
        if (after === "hangs") await new Promise((resolve) => setTimeout(resolve, HANGS_MS));
        hasEnded = true;
        return null;
      }
      into.set(next);
      return next.length;
    },
    write: async (bytes: Uint8Array) => {
      sent += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    close: vi.fn(),
    sent: () => sent,
    hasEnded: () => hasEnded,
  };
}

function network(server: Connection, answers: readonly (readonly string[])[] = [[PUBLIC]]) {
  const looks = [...answers];
  return {
    resolveDns: vi.fn(async (_: string, kind: string) =>
      kind === "A" ? [...(looks.shift() ?? [])] : [],
    ),
    connect: vi.fn(async () => server),
    startTls: vi.fn(async () => server),
  } satisfies Sockets;
}

const post = (sockets: Sockets, options: Partial<PinnedPost> = {}) =>
  pinnedPost(sockets, {
    url: "https://hooks.example.com/in?a=1",
    headers: { "webhook-id": "msg_1" },
    body: '{"name":"é"}',
    signal: AbortSignal.timeout(5_000),
    refusedHosts: ["us.example.com"],
    isLoopbackAllowed: false,
    ...options,
  });

const ok = () => connection(["HTTP/1.1 204 No Content\r\n\r\n"]);

describe("a post to an address that a stranger chose", () => {
  it("says what is to be said, to the address that was checked, under the name", async () => {
    const server = ok();
    const sockets = network(server);
    expect(await post(sockets)).toEqual({ status: 204, retryAfterSeconds: undefined });
    expect(sockets.connect).toHaveBeenCalledWith({ hostname: PUBLIC, port: 443 });
    expect(sockets.startTls).toHaveBeenCalledWith(server, { hostname: "hooks.example.com" });
    const [head, body] = server.sent().split("\r\n\r\n");
    expect(head).toMatch(/^POST \/in\?a=1 HTTP\/1\.1\r\nhost: hooks\.example\.com\r\n/);
    expect(head).toContain("\r\ncontent-length: 13");
    expect(head).toContain("\r\nwebhook-id: msg_1");
    expect(body).toBe('{"name":"é"}');
    expect(server.close).toHaveBeenCalled();
  });

  it("does not look a second time, when a name would lead inside by then", async () => {
    const sockets = network(ok(), [[PUBLIC], ["127.0.0.1"]]);
    expect(await post(sockets)).toMatchObject({ status: 204 });
    expect(sockets.resolveDns.mock.calls).toHaveLength(2);
    expect(sockets.connect.mock.calls).toEqual([[{ hostname: PUBLIC, port: 443 }]]);
  });

  it.each([
    ["a private one", [["10.0.0.1"]]],
    ["the metadata's", [["169.254.169.254"]]],
    ["one that is private among public ones", [[PUBLIC, "192.168.0.1"]]],
  ])("never goes to %s", async (_, answers) => {
    const sockets = network(ok(), answers);
    expect(await post(sockets)).toEqual({ fault: "address_refused" });
    expect(sockets.connect).not.toHaveBeenCalled();
  });

  it.each([
    "http://hooks.example.com/",
    "http://127.0.0.1:8080/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://localhost/",
    "https://hooks.example.com:22/",
    "https://user@hooks.example.com/",
    "https://us.example.com/",
    "https://us.example.com./",
  ])("never goes to %s", async (url) => {
    const sockets = network(ok());
    expect(await post(sockets, { url })).toEqual({ fault: "address_refused" });
    expect(sockets.resolveDns).not.toHaveBeenCalled();
    expect(sockets.connect).not.toHaveBeenCalled();
  });

  it("follows no redirect", async () => {
    const server = connection([
      "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest\r\n\r\n",
    ]);
    const sockets = network(server);
    expect(await post(sockets)).toMatchObject({ status: 302 });
    expect(sockets.connect).toHaveBeenCalledTimes(1);
  });

  it("reads nothing of a body, and of a head 16 KiB", async () => {
    const endless = connection(["HTTP/1.1 200 OK\r\n\r\nx", ...Array(50).fill("x")], "hangs");
    expect(await post(network(endless))).toMatchObject({ status: 200 });
    let reads = 0;
    const read = async (into: Uint8Array) => (++reads > 100 ? null : into.fill(120).length);
    expect(await post(network({ ...ok(), read }))).toEqual({ fault: "bad_answer" });
    expect(reads).toBeLessThanOrEqual(8);
  });

  it("gives up on a server that says one byte at a time and never ends", async () => {
    const slow = connection([..."HTTP/1.1 20"], "hangs");
    expect(await post(network(slow), { signal: AbortSignal.timeout(50) })).toEqual({
      fault: "timeout",
    });
    expect(slow.hasEnded()).toBe(false);
    expect(slow.close).toHaveBeenCalled();
  });

  it("closes a connection that comes after its time", async () => {
    const server = ok();
    let arrive: (late: Connection) => void = () => {};
    const connect = () => new Promise<Connection>((resolve) => (arrive = resolve));
    const sockets = { ...network(server), connect };
    expect(await post(sockets, { signal: AbortSignal.timeout(20) })).toEqual({ fault: "timeout" });
    arrive(server);
    await vi.waitFor(() => expect(server.close).toHaveBeenCalled());
  });

  it("passes over interim answers and reads when to come again", async () => {
    const server = connection([
      "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 429 Slow\r\n",
      "Retry-After: 120\r\n\r\n",
    ]);
    expect(await post(network(server))).toEqual({ status: 429, retryAfterSeconds: 120 });
  });

  it.each([
    ["SSH-2.0-OpenSSH\r\n\r\n", "bad_answer"],
    ["HTTP/1.1 999 Odd\r\n\r\n", "bad_answer"],
    ["HTTP/1.1 200", "bad_answer"],
  ])("makes nothing of %j", async (text, fault) => {
    expect(await post(network(connection([text])))).toEqual({ fault });
  });

  it("tells apart what went wrong, and nothing more", async () => {
    const refuse = (message: string) => () => Promise.reject(new Error(message));
    const none = { ...network(ok()), connect: refuse("Connection refused (os error 111)") };
    expect(await post(none)).toEqual({ fault: "no_connection" });
    expect(await post(network(ok(), [[]]))).toEqual({ fault: "no_connection" });
    const forged = { ...network(ok()), startTls: refuse("invalid peer certificate") };
    expect(await post(forged)).toEqual({ fault: "tls" });
    const unverified = { ...ok(), write: refuse("invalid peer certificate: NotValidForName") };
    expect(await post(network(unverified))).toEqual({ fault: "tls" });
  });
});
