import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { RequestListener, Server } from "node:http";
import { createServer as createPlainServer } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { generate } from "selfsigned";
import { expect, it } from "vitest";
import { denoProgram } from "../../../../local/functions/deno-program.ts";
import { writeImportMap } from "../../../../local/functions/import-map.ts";
import { projectRoot } from "../../../../local/project.ts";
import { listenOnLoopback } from "../../../../tools/listen.ts";

const NAME = "hooks.customer.dev";
const ADDRESS = "93.184.216.34";
const TIMEOUT_MS = 5_000;
const DAY_MS = 86_400_000;

const daysFromNow = (days: number) => new Date(Date.now() + days * DAY_MS);
const authority = await generate([{ name: "commonName", value: "An authority" }], {
  keyType: "ec",
  algorithm: "sha256",
  extensions: [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, critical: true },
  ],
});

/** A certificate for a name until a day, of the authority that is trusted or of nobody. */
async function certificate(name: string, days: number, isTrusted: boolean): Promise<ServerOptions> {
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: daysFromNow(days - 60),
    notAfterDate: daysFromNow(days),
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }],
    ...(isTrusted ? { ca: { key: authority.private, cert: authority.cert } } : {}),
  });
  return { key, cert };
}

const good = await certificate(NAME, 30, true);
const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, outgoing) => {
    outgoing.writeHead(code, headers).end();
  };

/** Says something again and again until the other side is gone. */
const everySecond =
  (begin: string, text: string, ms = 1_000): RequestListener =>
  (_, { socket }) => {
    socket?.write(begin);
    const timer = setInterval(() => socket?.write(text), ms);
    socket?.on("close", () => clearInterval(timer));
  };

/** What each endpoint is, and what a try there comes to. */
const endpoints: Record<string, { readonly server: Server; readonly answer: object }> = {
  "that is as it should be": {
    server: createServer(good, status(204)),
    answer: { status: 204 },
  },
  "with a certificate that nobody signed": {
    server: createServer(await certificate(NAME, 30, false), status(204)),
    answer: { fault: "tls" },
  },
  "with the certificate of another name": {
    server: createServer(await certificate("other.customer.dev", 30, true), status(204)),
    answer: { fault: "tls" },
  },
  "with a certificate that is over": {
    server: createServer(await certificate(NAME, -1, true), status(204)),
    answer: { fault: "tls" },
  },
  "that speaks no TLS": {
    server: createPlainServer(status(204)),
    answer: { fault: "tls" },
  },
  "that says a byte a second": {
    server: createServer(good, everySecond("HTTP/1.1 2", "0")),
    answer: { fault: "timeout" },
  },
  "whose body never ends": {
    server: createServer(good, everySecond("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(65_536), 1)),
    answer: { status: 200 },
  },
  "whose head never ends": {
    server: createServer(
      good,
      everySecond("HTTP/1.1 200 OK\r\n", `x: ${"x".repeat(1_000)}\r\n`, 1),
    ),
    answer: { fault: "bad_answer" },
  },
  "that redirects to the metadata": {
    server: createServer(good, status(307, { location: "http://169.254.169.254/latest/" })),
    answer: { status: 307 },
  },
};

it("an endpoint over TLS is believed or told apart, asked once, at the address of the first look", async () => {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-hostile-"));
  const servers = await Promise.all(
    Object.values(endpoints).map(({ server }) => listenOnLoopback(server)),
  );
  try {
    const importMap = join(folder, "import-map.json");
    writeImportMap(projectRoot, importMap);
    const ports = servers.map(({ port }) => port);
    const program = join(projectRoot, "supabase/tests/support/pinned-post-program.ts");
    const flags = [
      "--quiet",
      "--no-lock",
      "--no-check",
      "--node-modules-dir=manual",
      `--import-map=${importMap}`,
    ];
    const permissions = ["--allow-net", "--allow-env", "--allow-read"];
    const input = {
      ca: authority.cert,
      ports,
      url: `https://${NAME}/in`,
      address: ADDRESS,
      timeoutMs: TIMEOUT_MS,
    };
    const { stdout } = await promisify(execFile)(
      denoProgram(),
      ["run", ...flags, ...permissions, program, JSON.stringify(input)],
      { cwd: projectRoot },
    );
    const tries = JSON.parse(stdout) as object[];
    expect(Object.fromEntries(Object.keys(endpoints).map((what, at) => [what, tries[at]]))).toEqual(
      Object.fromEntries(
        Object.entries(endpoints).map(([what, { answer }]) => [
          what,
          { answer, connected: [ADDRESS], looks: 1 },
        ]),
      ),
    );
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
    rmSync(folder, { recursive: true, force: true });
  }
});
