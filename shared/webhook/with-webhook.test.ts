import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import {
  captureLog,
  setPlatformEnvironment,
} from "../../supabase/tests/support/platform-environment.ts";
import { recordingApi } from "../../supabase/tests/support/recording-api.ts";
import { zoomVerifier } from "../classes/zoom/verifier.ts";
import { refusal } from "../core/errors.ts";
import { acknowledge, ask, store } from "./result.ts";
import { type WebhookHandler, withWebhook } from "./with-webhook.ts";

function wrap(handler: WebhookHandler<{ secret: string }>, onUnreadable?: () => Response) {
  return withWebhook({
    address: "POST /zoom-webhook",
    summary: "Events",
    answers: { 200: "InboxReceipt" },
    signature: {},
    verifier: zoomVerifier([SECRET]),
    receive: handler,
    ...(onUnreadable ? { onUnreadable } : {}),
  }).fetch;
}

const SECRET = "unit-secret";

let log: ReturnType<typeof captureLog>;
beforeEach(() => {
  setPlatformEnvironment();
  log = captureLog();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const storeAll: WebhookHandler<object> = ({ body, digest, receivedAt }) =>
  store({
    dedupeKey: digest,
    eventType: "thing.done",
    occurredAt: receivedAt,
    event: { kind: "thing", body },
    subject: null,
  });

function delivery(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hmac = createHmac("sha256", SECRET).update(`v0:${timestamp}:`).update(body).digest("hex");
  return new Request("http://x/functions/v1/zoom-webhook", {
    method: "POST",
    body,
    headers: { "x-zm-request-timestamp": timestamp, "x-zm-signature": `v0=${hmac}`, ...headers },
  });
}

async function outcome(response: Response) {
  return { status: response.status, body: await response.json() };
}

describe("before a delivery is verified", () => {
  test.each(["GET", "PUT", "OPTIONS"])("%s is 405", async (method) => {
    const webhook = wrap(storeAll);
    const response = await webhook(new Request("http://x/zoom-webhook", { method }));
    expect(response.headers.get("allow")).toBe("POST");
    expect(await outcome(response)).toMatchObject({
      status: 405,
      body: { code: "method_not_allowed" },
    });
  });

  test("a body of 2 MiB is 413", async () => {
    const webhook = wrap(storeAll);
    expect(await outcome(await webhook(delivery("a".repeat(2 << 20))))).toMatchObject({
      status: 413,
    });
  });

  test.each(["{}", "not JSON", ""])(
    "a forged %j is 401, never parsed, never stored",
    async (body) => {
      const calls = await recordingApi(200, {});
      const handler = vi.fn(storeAll);
      const webhook = wrap(handler);
      const forged = delivery(body, { "x-zm-signature": `v0=${"0".repeat(64)}` });
      expect(await outcome(await webhook(forged))).toMatchObject({
        status: 401,
        body: { code: "signature_invalid", request_id: expect.any(String) },
      });
      expect(handler).not.toHaveBeenCalled();
      expect(calls).toEqual([]);
    },
  );
});

describe("a verified delivery", () => {
  const stored = { status: "applied", event_id: "5f0c1f6e-8f39-4e0e-9d3a-2f3a6f9e8b10" };

  test("becomes one call of ingest_event and its answer", async () => {
    const calls = await recordingApi(200, stored);
    const webhook = wrap(storeAll);
    const response = await webhook(delivery('{"a":1}', { "x-request-id": "r-1" }));
    expect(await outcome(response)).toEqual({ status: 200, body: stored });
    expect(calls).toEqual([
      {
        path: "/rest/v1/rpc/ingest_event",
        args: {
          p_provider: "zoom",
          p_dedupe_key: expect.stringMatching(/^[0-9a-f]{64}$/),
          p_event_type: "thing.done",
          p_occurred_at: expect.any(String),
          p_payload: '{"a":1}',
          p_event: { kind: "thing", body: { a: 1 } },
          p_request_id: "r-1",
        },
      },
    ]);
  });

  test("loses its secrets and keeps the rest of its text", async () => {
    const calls = await recordingApi(200, stored);
    const webhook = wrap(storeAll);
    await webhook(delivery('{ "download_token": "x", "n": 1.0 }'));
    expect(calls[0]?.args.p_payload).toBe('{ "download_token": "[redacted]", "n": 1.0 }');
  });

  test.each([
    ["NUL in a string", '{"a":"\\u0000"}', { a: "" }],
    ["a lone surrogate", '{"a":"\\ud800"}', { a: "\uFFFD" }],
    [
      "a key named __proto__",
      '{"__proto__":{"x":1},"b":2}',
      JSON.parse('{"__proto__":{"x":1},"b":2}'),
    ],
  ])("with %s is stored: text as sent, event as Postgres can hold it", async (_, text, body) => {
    const calls = await recordingApi(200, stored);
    const webhook = wrap(storeAll);
    expect((await webhook(delivery(text))).status).toBe(200);
    expect(calls[0]?.args.p_payload).toBe(text);
    expect(calls[0]?.args.p_event).toEqual({ kind: "thing", body });
  });

  test("nested 10,000 deep is stored whole", async () => {
    const calls = await recordingApi(200, stored);
    const webhook = wrap(storeAll);
    const text = `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
    expect((await webhook(delivery(text))).status).toBe(200);
    expect(calls[0]?.args.p_payload).toBe(text);
  });

  test("with bytes that are not UTF-8 is stored with U+FFFD in their place", async () => {
    const calls = await recordingApi(200, stored);
    const webhook = wrap(storeAll);
    await webhook(delivery(new Uint8Array([0x22, 0xff, 0x22])));
    expect(calls[0]?.args.p_payload).toBe('"\uFFFD"');
  });

  test.each(["{", "", "undefined", "{'a':1}", '{"a":1}x', "NaN"])(
    "that is not JSON (%j) is 400 and not stored",
    async (text) => {
      const calls = await recordingApi(200, stored);
      const webhook = wrap(storeAll);
      expect(await outcome(await webhook(delivery(text)))).toMatchObject({
        status: 400,
        body: { code: "invalid_json" },
      });
      expect(calls).toEqual([]);
    },
  );

  test("that is not JSON is answered as the provider needs it, where it needs otherwise", async () => {
    const webhook = wrap(storeAll, () => new Response(null, { status: 204 }));
    expect((await webhook(delivery("{"))).status).toBe(204);
  });

  test("has a key that the index can hold, however long the provider's is", async () => {
    const calls = await recordingApi(200, stored);
    const webhook = wrap(({ receivedAt }) =>
      store({
        dedupeKey: "k".repeat(5000),
        eventType: "t",
        occurredAt: receivedAt,
        event: null,
        subject: null,
      }),
    );
    await webhook(delivery("{}"));
    expect(calls[0]?.args.p_dedupe_key).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("logs one line without its content", async () => {
    await recordingApi(200, stored);
    const webhook = wrap(storeAll);
    await webhook(delivery('{"topic":"a secret"}'));
    expect(log.lines()).toEqual([
      {
        id: expect.any(String),
        function: "zoom-webhook",
        method: "POST",
        provider: "zoom",
        event_type: "thing.done",
        outcome: "applied",
        status: 200,
        ms: expect.any(Number),
      },
    ]);
  });
});

describe("a handler may also", () => {
  test("answer in the vendor's shape, without the database", async () => {
    const webhook = wrap(({ proof }) => Response.json({ signedBy: proof.secret }));
    expect(await outcome(await webhook(delivery("{}")))).toEqual({
      status: 200,
      body: { signedBy: SECRET },
    });
  });

  test("acknowledge what is not stored", async () => {
    const webhook = wrap(acknowledge);
    expect(await outcome(await webhook(delivery("{}")))).toEqual({
      status: 200,
      body: { status: "ignored" },
    });
  });

  test("ask the database and shape its answer", async () => {
    const calls = await recordingApi(200, { depth: 3 });
    const webhook = wrap(() =>
      ask(
        "replay_event",
        { p_event_id: "e" },
        {
          answer: (result) => Response.json({ asked: result }),
          otherwise: () => Response.json({ asked: "in vain" }),
        },
      ),
    );
    expect(await outcome(await webhook(delivery("{}")))).toMatchObject({
      status: 200,
      body: { asked: { depth: 3 } },
    });
    expect(calls).toEqual([{ path: "/rest/v1/rpc/replay_event", args: { p_event_id: "e" } }]);
  });

  test("refuse", async () => {
    const webhook = wrap(() => {
      throw refusal("invalid_input");
    });
    expect(await outcome(await webhook(delivery("{}")))).toMatchObject({ status: 422 });
  });

  test.each<[string, WebhookHandler<object>]>([
    [
      "fail",
      () => {
        throw new TypeError("no such property");
      },
    ],
    [
      "give a time that is none",
      () =>
        store({
          dedupeKey: "k",
          eventType: "t",
          occurredAt: new Date(Number.NaN),
          event: null,
          subject: null,
        }),
    ],
    [
      "give a time beyond any calendar",
      () =>
        store({
          dedupeKey: "k",
          eventType: "t",
          occurredAt: new Date(8.64e15),
          event: null,
          subject: null,
        }),
    ],
  ])("%s: the delivery is stored unread, because it would be lost", async (_, handler) => {
    const calls = await recordingApi(200, { status: "deferred", event_id: null });
    const webhook = wrap(handler);
    expect((await webhook(delivery('{"password":"x"}'))).status).toBe(200);
    expect(calls).toMatchObject([
      {
        args: { p_event_type: "unreadable", p_event: null, p_payload: '{"password":"[redacted]"}' },
      },
    ]);
  });
});

describe("a question is answered in the provider's shape", () => {
  const asking: WebhookHandler<object> = () =>
    ask(
      "replay_event",
      { p_event_id: "e" },
      {
        answer: (result) => Response.json(z.object({ depth: z.number() }).parse(result)),
        otherwise: () => Response.json({ sorry: true }),
      },
    );
  const answer = async () => await outcome(await wrap(asking)(delivery("{}")));
  const sorry = { status: 200, body: { sorry: true } };

  test.each(["PGRST000", "57P01", "53300", "XX000"])("also after %s", async (code) => {
    await recordingApi(503, { code, message: "inside", hint: null, details: null });
    expect(await answer()).toEqual(sorry);
    expect(log.lines()).toMatchObject([{ status: 200, reason: code }]);
  });

  test("also when the database cannot be reached", async () => {
    expect(await answer()).toEqual(sorry);
  });

  test("also when the database does not answer, within VAPI's 7.5 s", async () => {
    await recordingApi(0, undefined);
    const begun = performance.now();
    expect(await answer()).toEqual(sorry);
    expect(performance.now() - begun).toBeLessThan(7_000);
  }, 15_000);

  test("also when its answer is none of ours", async () => {
    await recordingApi(200, "fine");
    expect(await answer()).toEqual(sorry);
  });
});

describe("when nothing was committed for sure", () => {
  test.each(["40001", "55P03", "57014", "53300", "XX000", "23514", "42501", "PT409"])(
    "after a database error %s the sender is asked to send again",
    async (code) => {
      await recordingApi(400, { code, message: "inside", hint: "some_code", details: null });
      const response = await wrap(storeAll)(delivery("{}"));
      expect(response.headers.get("retry-after")).toBe("5");
      expect(await outcome(response)).toMatchObject({ status: 503, body: { code: "unavailable" } });
    },
  );

  test("more large bodies than the memory bears are refused unread, beside those that are handled", async () => {
    await recordingApi(0, undefined);
    const webhook = wrap(storeAll);
    const body = `"${"x".repeat(400_000)}"`;
    const answers = await Promise.all(
      Array.from({ length: 14 }, async () => await webhook(delivery(body))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(14).fill(503));
    expect(answers.every(({ headers }) => headers.has("retry-after"))).toBe(true);
    const refused = log.lines().filter((line) => line.reason === "bodies_in_flight");
    // Bodies without a length count as the cap, 512 KiB of 6 MiB.
    expect(refused).toHaveLength(2);
  });

  test("an unreachable database is a 503", async () => {
    const response = await wrap(storeAll)(delivery("{}"));
    expect(await outcome(response)).toMatchObject({ status: 503 });
    expect(response.headers.get("retry-after")).toBe("5");
  });

  test("a database that does not answer is given up soon: 503", async () => {
    await recordingApi(0, undefined);
    const startedAt = performance.now();
    const response = await wrap(storeAll)(delivery("{}"));
    expect(response.status).toBe(503);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test("an answer that is none of ours is no success", async () => {
    await recordingApi(200, "fine");
    expect((await wrap(storeAll)(delivery("{}"))).status).toBe(500);
  });
});
