import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { serveFetch } from "../../supabase/tests/support/loopback.ts";
import { ApiError } from "../core/api-error.ts";
import { readRawBody } from "./read-body.ts";

const MAX = 1000;

/** A server that answers with the body's length or the refusal's code, over real HTTP. */
function reading(deadlineMs?: number) {
  const outcomes: string[] = [];
  const url = serveFetch(async (request) => {
    const outcome = await readRawBody(request, MAX, deadlineMs).then(
      (bytes) => `read ${bytes.byteLength}`,
      (error: unknown) => (error instanceof ApiError ? error.code : "a bug"),
    );
    outcomes.push(outcome);
    return new Response(outcome);
  });
  return { url, outcomes };
}

/** Sends raw bytes; the answer is what comes back until the server or we close. */
async function send(url: string, head: string, options: { hangUpAfterMs?: number } = {}) {
  const { port } = new URL(url);
  return await new Promise<string>((resolve) => {
    const socket = connect(Number(port), "127.0.0.1");
    let received = "";
    socket.on("data", (data) => {
      received += data.toString();
      socket.end();
    });
    socket.on("close", () => resolve(received));
    socket.on("error", () => resolve(received));
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${head}`);
    if (options.hangUpAfterMs !== undefined)
      setTimeout(() => socket.destroy(), options.hangUpAfterMs);
  });
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const chunked = (...chunks: string[]) =>
  `transfer-encoding: chunked\r\n\r\n${chunks.map(chunk).join("")}0\r\n\r\n`;

describe("a body over real HTTP", () => {
  test.each([
    ["of no bytes", "content-length: 0\r\n\r\n", "read 0"],
    ["without any length", "\r\n", "read 0"],
    ["of exactly the cap", `content-length: ${MAX}\r\n\r\n${"a".repeat(MAX)}`, `read ${MAX}`],
    [
      "one byte over the cap",
      `content-length: ${MAX + 1}\r\n\r\n${"a".repeat(MAX + 1)}`,
      "payload_too_large",
    ],
    [
      "that announces a gigabyte and sends none of it",
      "content-length: 1073741824\r\n\r\n",
      "payload_too_large",
    ],
    ["in chunks below the cap", chunked("abc", "de"), "read 5"],
    [
      "in chunks that pass the cap together",
      chunked("a".repeat(600), "b".repeat(600)),
      "payload_too_large",
    ],
  ])("%s", async (_, request, outcome) => {
    const server = reading();
    expect(await send(await server.url, request)).toContain(outcome);
  });

  test("that stalls half-way is a timeout, not a wait for ever", async () => {
    const server = reading(100);
    expect(await send(await server.url, "content-length: 10\r\n\r\nabc")).toContain(
      "request_timeout",
    );
  });

  test("whose sender hangs up half-way is incomplete", async () => {
    const server = reading();
    await send(await server.url, "content-length: 10\r\n\r\nabc", { hangUpAfterMs: 50 });
    await expect.poll(() => server.outcomes).toEqual(["body_incomplete"]);
  });
});

describe("a body as the platform hands it over", () => {
  const post = (body: BodyInit | null, headers: Record<string, string> = {}) => {
    const streaming = { method: "POST", body, headers, duplex: "half" };
    return new Request("http://x/", streaming);
  };

  test("keeps bytes that are not UTF-8", async () => {
    const bytes = new Uint8Array([0xff, 0x00, 0xed, 0xa0, 0x80, 0x0d, 0x0a]);
    expect(await readRawBody(post(bytes), MAX)).toEqual(bytes);
  });

  test("is measured, whatever length its header claims", async () => {
    const lying = post("a".repeat(MAX + 1), { "content-length": "3" });
    await expect(readRawBody(lying, MAX)).rejects.toMatchObject({ code: "payload_too_large" });
  });

  test.each(["nonsense", "-1", "1e2", ""])("bears a content-length of %j", async (length) => {
    const request = post("abc", { "content-length": length });
    expect(await readRawBody(request, MAX)).toHaveLength(3);
  });

  test("that breaks while it is read is incomplete", async () => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new Error("reset")),
    });
    await expect(readRawBody(post(broken), MAX)).rejects.toMatchObject({ code: "body_incomplete" });
  });

  test("is read on for at most 16 MiB once the cap is passed, so that its sender hears the answer", async () => {
    let pulls = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        pulls += 1;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    await expect(readRawBody(post(endless), MAX)).rejects.toMatchObject({ status: 413 });
    expect(pulls).toBeLessThan(20);
  });
});
