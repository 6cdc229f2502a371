import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import {
  accessToken,
  captureLog,
  setPlatformEnvironment,
} from "../../supabase/tests/support/platform-environment.ts";
import { refusal } from "../core/errors.ts";
import { redirect } from "./responses.ts";
import type { Address, Route } from "./route.ts";
import { type UserContext, withUser } from "./with-user.ts";

const SUB = "0b0e8c1e-3d57-4a3c-9d57-0d6e5a1f7c11";
const ID = "5f0c1f6e-8f39-4e0e-9d3a-2f3a6f9e8b10";
const Input = z.strictObject({
  name: z.string().max(5),
  tags: z.record(z.string(), z.string()).optional(),
});

let log: ReturnType<typeof captureLog>;
beforeEach(() => {
  setPlatformEnvironment();
  log = captureLog();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const answers = { 200: "text/plain" } as const;
const declare = (address: Address, handle: (context: UserContext & Parts) => unknown) => ({
  address,
  summary: "",
  answers,
  handle,
});
interface Parts {
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const routes: Route<UserContext>[] = [
  declare("GET /thing", ({ user }) => ({ id: user.id })),
  {
    ...declare("POST /thing", ({ body }) => body),
    body: Input,
    maxBytes: 2000,
    answers: { 201: null },
  },
  {
    ...declare("POST /thing", () => "a form"),
    body: z.strictObject({ name: z.string() }),
    media: "multipart/form-data",
  },
  declare("GET /thing/history", () => ["history"]),
  declare("GET /thing/:id", ({ params }) => params.id),
  declare("DELETE /thing/:id", () => undefined),
  declare("POST /thing/:id/complete", ({ params }) => ({ completed: params.id })),
  declare("GET /thing/:id/link", () => redirect("https://example.com/file")),
  declare("POST /thing/nothing", () => undefined),
  declare("POST /thing/refuse", () => refusal("conflict", { name: "taken" })),
  declare("POST /thing/throw", () => {
    throw refusal("not_found");
  }),
  declare("POST /thing/bug", () => {
    throw new TypeError("secret of the inside");
  }),
  {
    ...declare("POST /thing/key", ({ idempotencyKey }) => ({ key: idempotencyKey })),
    isIdempotent: true,
  },
];

async function send(path: string, init: RequestInit = {}) {
  const headers = new Headers(init.headers);
  if (!headers.has("authorization")) {
    headers.set("authorization", `Bearer ${await accessToken({ sub: SUB })}`);
  }
  const request = new Request(`http://x/functions/v1/thing${path}`, { ...init, headers });
  return await withUser(routes).fetch(request);
}

function post(body: BodyInit, contentType = "application/json") {
  return send("", { method: "POST", body, headers: { "content-type": contentType } });
}

async function outcome(response: Response) {
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

describe("who may call", () => {
  const anonymous = (authorization: string) => send("", { headers: { authorization } });

  test("a valid token is let in as its subject", async () => {
    expect(await outcome(await send(""))).toEqual({ status: 200, body: { id: SUB } });
  });

  test.each([
    ["no token", async () => "x"],
    ["something that is no token", async () => "Bearer x.y.z"],
    ["an API key as the token", async () => "Bearer sb_secret_unit"],
    ["a token that ran out", () => token({ expiresIn: "-1s" })],
    ["a token signed with another key", () => token({ key: new Uint8Array(32).fill(7) })],
  ])("%s is 401 in our shape, with CORS", async (_, authorization) => {
    const response = await anonymous(await authorization());
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await outcome(response)).toEqual({
      status: 401,
      body: {
        code: "unauthenticated",
        message: expect.any(String),
        request_id: response.headers.get("x-request-id"),
      },
    });
  });

  async function token(options: { expiresIn?: string; key?: Uint8Array }) {
    return `Bearer ${await accessToken({ sub: SUB, ...options })}`;
  }
});

describe("a route", () => {
  test.each([
    ["GET", "", 200, { id: SUB }],
    ["GET", "/", 200, { id: SUB }],
    ["GET", "/history", 200, ["history"]],
    ["GET", `/${ID.toUpperCase()}`, 200, ID],
    ["POST", `/${ID}/complete`, 200, { completed: ID }],
    ["DELETE", `/${ID}`, 204, undefined],
    ["POST", "/nothing", 204, undefined],
  ])("%s %s answers %i", async (method, path, status, body) => {
    expect(await outcome(await send(path, { method }))).toEqual({ status, body });
  });

  test("may redirect, and the redirect is not kept", async () => {
    const response = await send(`/${ID}/link`);
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("https://example.com/file");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    ["GET", "/not-a-uuid", 404, "not_found"],
    ["GET", "/%E0%A4%A", 404, "not_found"],
    ["GET", "/a/b/c", 404, "not_found"],
    ["POST", "/throw", 404, "not_found"],
    ["POST", "/refuse", 409, "conflict"],
    ["PATCH", "", 405, "method_not_allowed"],
    ["HEAD", "", 405, undefined],
  ])("%s %s is refused with %i", async (method, path, status, code) => {
    const response = await send(path, { method });
    expect(response.status).toBe(status);
    if (code) expect(await response.json()).toMatchObject({ code });
  });

  test("names the methods of its address when refusing another", async () => {
    const response = await send(`/${ID}`, { method: "PUT" });
    expect(response.headers.get("allow")).toBe("GET, DELETE, OPTIONS");
  });
});

describe("a body", () => {
  const nested = (depth: number) => `{"name":"a","tags":${"[".repeat(depth)}${"]".repeat(depth)}}`;

  test("that fits the schema is handed over", async () => {
    expect(await outcome(await post('{"name":"a"}'))).toEqual({ status: 201, body: { name: "a" } });
  });

  test.each([
    ["not JSON", "{name:1}", 400, "invalid_json"],
    ["empty", "", 400, "invalid_json"],
    ["not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "invalid_json"],
    ["over the cap", `{"name":"${"a".repeat(2000)}"}`, 413, "payload_too_large"],
    ["of the wrong type", '{"name":1}', 422, "invalid_input"],
    ["no object", "null", 422, "invalid_input"],
    ["with a key too many", '{"name":"a","role":"admin"}', 422, "invalid_input"],
    ["with a key named __proto__", '{"name":"a","__proto__":{"admin":true}}', 422, "invalid_input"],
    ["nested 900 deep", nested(900), 422, "invalid_input"],
    ["with half of a surrogate pair", '{"name":"\\ud83d"}', 422, "invalid_input"],
    ["with half of a pair in a key", '{"name":"a","tags":{"\\udc00":""}}', 422, "invalid_input"],
    ["with NUL", '{"name":"\\u0000"}', 422, "invalid_input"],
  ])("that is %s is %#: refused", async (_, body, status, code) => {
    expect(await outcome(await post(body))).toMatchObject({ status, body: { code } });
  });

  test("nested 10,000 deep is refused and no 500", async () => {
    const deep = withUser([
      { ...declare("POST /thing", ({ body }) => body), body: z.unknown() },
    ]).fetch;
    const request = new Request("http://x/thing", {
      method: "POST",
      body: nested(10_000),
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${await accessToken({ sub: SUB })}`,
      },
    });
    expect((await deep(request)).status).toBe(422);
  });

  test("with prototype keys in a free-form part pollutes nothing", async () => {
    const response = await post('{"name":"a","tags":{"__proto__":"x","constructor":"y"}}');
    expect(response.status).toBeLessThan(500);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test("of a form goes to the route that takes one", async () => {
    const form = new FormData();
    form.set("name", "a");
    expect(await outcome(await send("", { method: "POST", body: form }))).toEqual({
      status: 200,
      body: "a form",
    });
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", ""])(
    "of type %s is 415",
    async (type) => {
      expect(await outcome(await post('{"name":"a"}', type))).toMatchObject({
        status: 415,
        body: { code: "unsupported_media_type" },
      });
    },
  );

  test("is refused with paths and reasons, and without what was sent", async () => {
    const { body } = await outcome(await post('{"name":"my password","hunter2":1}'));
    expect(body.details).toEqual([
      { path: "name", message: expect.any(String) },
      { path: "", message: expect.any(String) },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/my password|hunter2/);
  });
});

describe("an unexpected error", () => {
  test("is a 500 that tells nothing, neither in the answer nor in the log", async () => {
    const response = await send("/bug", { method: "POST" });
    expect(await outcome(response)).toEqual({
      status: 500,
      body: { code: "internal", message: expect.any(String), request_id: expect.any(String) },
    });
    const [line] = log.lines();
    expect(line).toMatchObject({ code: "internal", status: 500, error: "TypeError" });
    expect(JSON.stringify(line)).not.toContain("secret of the inside");
  });
});

describe("a request id", () => {
  test("is echoed, in the header, the body and the log", async () => {
    const response = await send("/refuse", {
      method: "POST",
      headers: { "x-request-id": "abc-1:2.3" },
    });
    expect(response.headers.get("x-request-id")).toBe("abc-1:2.3");
    expect(await response.json()).toMatchObject({ request_id: "abc-1:2.3" });
    expect(log.lines()).toMatchObject([{ id: "abc-1:2.3" }]);
  });

  test.each(["", "a b", '"}{"', "a".repeat(129), "é"])("of %j is replaced", async (id) => {
    const response = await send("", { headers: { "x-request-id": id } });
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test("an Idempotency-Key is read when it is visible ASCII", async () => {
  const key = (value?: string) =>
    send("/key", {
      method: "POST",
      headers: value === undefined ? {} : { "idempotency-key": value },
    });
  expect(await outcome(await key("reply-1"))).toEqual({ status: 200, body: { key: "reply-1" } });
  expect(await outcome(await key())).toEqual({ status: 200, body: { key: null } });
  expect(await outcome(await key("a b"))).toMatchObject({ status: 422 });
  expect(await outcome(await key("a".repeat(256)))).toMatchObject({ status: 422 });
});

test("a preflight is answered without a token and allows the headers of this API", async () => {
  const preflight = new Request("http://x/thing", { method: "OPTIONS" });
  const response = await withUser(routes).fetch(preflight);
  expect(response.status).toBe(204);
  const allowed = response.headers.get("access-control-allow-headers")?.toLowerCase().split(/, */);
  // supabase-js sends a region where one is asked for, and the headers of a trace.
  expect(allowed).toEqual(
    expect.arrayContaining([
      "authorization",
      "apikey",
      "content-type",
      "x-client-info",
      "x-region",
      "traceparent",
      "idempotency-key",
    ]),
  );
});

test("every request logs one line: who, what, how long, and no payload", async () => {
  await post('{"name":"a secret"}');
  expect(log.lines()).toEqual([
    {
      id: expect.any(String),
      function: "thing",
      method: "POST",
      user: SUB,
      code: "invalid_input",
      status: 422,
      ms: expect.any(Number),
    },
  ]);
});
