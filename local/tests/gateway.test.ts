import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Stack, startStack } from "../stack.ts";
import { makeProject, type TemporaryProject, until } from "./project.ts";

/** A function's source whose default export answers with `body`. */
const endpoint = (body: string, imports = "") =>
  `${imports}\nexport default { fetch: async (request: Request): Promise<Response> => { ${body} } };\n`;

let project: TemporaryProject;
let stack: Stack;

beforeAll(async () => {
  project = await makeProject({
    "supabase/config.toml": [
      "[functions.open]\nverify_jwt = false",
      "[functions.broken]\nverify_jwt = false",
      "[functions.off]\nenabled = false",
    ].join("\n"),
    "shared/word.ts": 'export const word = "first";\n',
    "supabase/functions/guarded/index.ts": endpoint('return new Response("in");'),
    "supabase/functions/off/index.ts": endpoint('return new Response("in");'),
    "supabase/functions/broken/index.ts": "throw new Error('on purpose');\n",
    "supabase/functions/open/index.ts": endpoint(
      `const url = new URL(request.url);
      const last = url.pathname.split("/").at(-1);
      if (last === "word") return new Response(word);
      if (last === "crash") { setTimeout(() => { throw new Error("on purpose"); }); await new Promise(() => {}); }
      if (last === "echo") return new Response(request.body);
      if (last === "hold") { await request.text(); return new Response(word); }
      if (last === "early") return new Response("no", { status: 413 });
      if (last === "env") return Response.json(Object.keys(globalThis.Deno.env.toObject()));
      return Response.json({ path: url.pathname + url.search, authorization: request.headers.get("authorization") });`,
      'import { word } from "../../../shared/word.ts";',
    ),
  });
  stack = await startStack({
    root: project.root,
    data: project.data,
    port: 0,
    warm: false,
    scheduler: false,
    durable: false,
    functionsEnv: { OWN_SECRET: "x" },
  });
});

afterAll(async () => {
  await stack.stop();
  await project.remove();
});

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${stack.url}/functions/v1/${path}`, init);
const Session = z.object({ access_token: z.string(), refresh_token: z.string() });

async function signUp(): Promise<z.infer<typeof Session>> {
  const response = await fetch(`${stack.url}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: stack.publishable_key, "content-type": "application/json" },
    body: JSON.stringify({ email: `${crypto.randomUUID()}@example.com`, password: "long enough" }),
  });
  return Session.parse(await response.json());
}

const keyId = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;

describe("verify_jwt", () => {
  test("is on unless the configuration says otherwise", async () => {
    expect((await call("guarded")).status).toBe(401);
  });

  test("turns away what is no valid token, the new keys among it", async () => {
    const { access_token } = await signUp();
    for (const token of ["nonsense", `${access_token}x`, stack.publishable_key, stack.secret_key]) {
      const response = await call("guarded", { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(401);
    }
  });

  test("lets a user's token in", async () => {
    const { access_token } = await signUp();
    const headers = { authorization: `Bearer ${access_token}` };
    expect((await call("guarded", { headers })).status).toBe(200);
  });

  test("does not look at a preflight", async () => {
    expect((await call("guarded", { method: "OPTIONS" })).status).toBe(200);
  });

  test("off passes any Authorization on as it is", async () => {
    const response = await call("open/a/b?c=d", {
      headers: { authorization: "Bearer vendor's own" },
    });
    expect(await response.json()).toEqual({
      path: "/open/a/b?c=d",
      authorization: "Bearer vendor's own",
    });
  });
});

test.each(["auth/v1/token", "rest/v1/rpc/any", "rest/v1/any", "storage/v1/object/any"])(
  "a page of another origin may send to %s what supabase-js sends",
  async (path) => {
    const headers = {
      "access-control-request-method": "POST",
      "access-control-request-headers": "apikey,authorization,x-client-info",
    };
    const asked = await fetch(`${stack.url}/${path}`, { method: "OPTIONS", headers });
    expect(asked.ok).toBe(true);
    expect(asked.headers.get("access-control-allow-headers")).toBe(
      "apikey,authorization,x-client-info",
    );
  },
);

test("a page of another origin may read what Auth answers", async () => {
  const url = `${stack.url}/auth/v1/token?grant_type=password`;
  const answer = await fetch(url, { method: "POST", body: "{}" });
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
});

describe("functions", () => {
  test("that are unknown or switched off are 404", async () => {
    expect((await call("nobody")).status).toBe(404);
    expect((await call("off")).status).toBe(404);
  });

  test("get the platform's environment and the configured secrets, and nothing of the machine's", async () => {
    const names = z.array(z.string()).parse(await (await call("open/env")).json());
    expect(names).toEqual(
      expect.arrayContaining([
        "SUPABASE_URL",
        "SUPABASE_PUBLISHABLE_KEYS",
        "SUPABASE_SECRET_KEYS",
        "SUPABASE_JWKS",
        "SUPABASE_DB_URL",
        "OWN_SECRET",
      ]),
    );
    expect(names).not.toContain("VITEST");
  });

  test("stream both bodies: what is sent comes back before the rest is sent", async () => {
    const url = new URL(`${stack.url}/functions/v1/open/echo`);
    const sent = request(url, { method: "POST" });
    const received = await new Promise<string>((resolve, reject) => {
      sent.on("error", reject);
      sent.on("response", (response) => {
        response.once("data", (first) => {
          sent.end("rest");
          response.once("data", (second) => resolve(`${first}, ${second}`));
        });
      });
      sent.write("begin");
    });
    expect(received).toBe("begin, rest");
  });

  test("that answer without reading the body are heard", async () => {
    const body = new Uint8Array(4 * 1024 * 1024);
    for (let round = 0; round < 5; round++) {
      const response = await call("open/early", { method: "POST", body });
      expect(response.status).toBe(413);
    }
  });

  test("that crash are answered for, and start again", async () => {
    expect((await call("open/crash")).status).toBe(502);
    expect((await call("open/word")).status).toBe(200);
  });

  test("that do not start are 503, and work once they are mended", async () => {
    expect((await call("broken")).status).toBe(503);
    await project.write(
      "supabase/functions/broken/index.ts",
      endpoint('return new Response("ok");'),
    );
    await until(
      async () => (await call("broken")).status,
      (status) => status === 200,
    );
  });

  test("run the edited code without a restart; a request under way ends on the old code", async () => {
    expect(await (await call("open/word")).text()).toBe("first");
    let finish = () => {};
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new Uint8Array(1));
        finish = () => controller.close();
      },
    });
    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
    const held = call("open/hold", init);
    await call("open/word"); // The held request has reached the same worker before this one is answered.
    await project.write("shared/word.ts", 'export const word = "second";\n');
    await until(
      async () => (await call("open/word")).text(),
      (text) => text === "second",
    );
    finish();
    expect(await (await held).text()).toBe("first");
  });
});

describe("what no browser sends", () => {
  /** The first line of the answer to raw HTTP. */
  const send = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(stack.url).port), "127.0.0.1", () =>
        socket.write(text),
      );
      socket.once("data", (data) => {
        socket.destroy();
        resolve(data.toString().split("\r\n")[0] ?? "");
      });
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("closed without an answer")));
    });
  const get = (target: string) => send(`GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`);

  test.each([
    [
      "an absolute address is answered by its path",
      "http://elsewhere.example/functions/v1/open/word",
      200,
    ],
    ["two slashes do not name a host", "//elsewhere.example/functions/v1/open/word", 404],
    ["what is no path is nowhere", "*", 404],
    ["a broken address is nowhere", "http://[", 404],
    ["a broken escape names no function", "/functions/v1/%", 404],
  ])("%s", async (_, target, status) => {
    expect(await get(target)).toContain(` ${status} `);
  });

  test("a method that is none is 400, a header without end 431", async () => {
    expect(await send("NONE / HTTP/1.1\r\nhost: x\r\n\r\n")).toContain(" 400 ");
    expect(await send(`GET / HTTP/1.1\r\nx: ${"x".repeat(100_000)}\r\n\r\n`)).toContain(" 431 ");
  });
});

describe("tokens", () => {
  test("have the key id of the functions' key set, at sign-up and after a refresh", async () => {
    const first = await signUp();
    const response = await fetch(`${stack.url}/auth/v1/token?grant_type=refresh_token`, {
      method: "POST",
      headers: { apikey: stack.publishable_key, "content-type": "application/json" },
      body: JSON.stringify({ refresh_token: first.refresh_token }),
    });
    const second = Session.parse(await response.json());
    expect(keyId(first.access_token)).toMatch(/^local-/);
    expect(keyId(second.access_token)).toBe(keyId(first.access_token));
  });

  test("are still accepted by Auth", async () => {
    const { access_token } = await signUp();
    const response = await fetch(`${stack.url}/auth/v1/user`, {
      headers: { apikey: stack.publishable_key, authorization: `Bearer ${access_token}` },
    });
    expect(response.status).toBe(200);
  });

  test("the shared secret is not published", async () => {
    const response = await fetch(`${stack.url}/auth/v1/.well-known/jwks.json`);
    expect(await response.json()).toEqual({ keys: [] });
  });
});

describe("keys", () => {
  test("REST without a key or with a wrong one is 401", async () => {
    expect((await fetch(`${stack.url}/rest/v1/`)).status).toBe(401);
    const headers = { apikey: "sb_publishable_wrong" };
    expect((await fetch(`${stack.url}/rest/v1/`, { headers })).status).toBe(401);
  });

  test("the secret key is refused to browsers", async () => {
    const headers = { apikey: stack.secret_key, "user-agent": "Mozilla/5.0 (X11)" };
    expect((await fetch(`${stack.url}/rest/v1/things`, { headers })).status).toBe(401);
  });

  test("Storage takes a token that is not valid for what it is", async () => {
    const headers = { apikey: stack.publishable_key, authorization: "Bearer a.b.c" };
    expect((await fetch(`${stack.url}/storage/v1/bucket`, { headers })).status).toBe(400);
  });
});

test("an outage is 503, and over when the database is back", async () => {
  const headers = { apikey: stack.secret_key };
  const status = async () =>
    (await fetch(`${stack.url}/rest/v1/rpc/pg_sleep`, { headers, method: "POST" })).status;
  expect(await status()).toBe(404);
  const query = async () =>
    (
      await fetch(`${stack.url}/auth/v1/token?grant_type=password`, {
        method: "POST",
        headers: { apikey: stack.publishable_key, "content-type": "application/json" },
        body: JSON.stringify({ email: "nobody@example.com", password: "long enough" }),
      })
    ).status;
  expect(await query()).toBe(400);
  await stack.database.stop();
  expect(await query()).toBeGreaterThanOrEqual(500);
  await stack.database.start();
  await until(query, (answer) => answer === 400);
});
