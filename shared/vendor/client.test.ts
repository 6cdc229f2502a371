import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { serveFetch, serveRequests } from "../../supabase/tests/support/loopback.ts";
import { vendorOutcome } from "../tasks/vendor-outcome.ts";
import { retryAfterSeconds, vendorClient } from "./client.ts";
import { VendorError } from "./error.ts";

const signal = new AbortController().signal;
const Answer = z.object({ ok: z.literal(true) });

async function failureOf(work: Promise<unknown>): Promise<VendorError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof VendorError)) throw new Error("no VendorError");
  return error;
}

describe("a vendor's client", () => {
  it("sends authorisation, query and JSON, and parses the answer", async () => {
    const seen: Record<string, string | null>[] = [];
    const baseUrl = await serveFetch(async (request) => {
      seen.push({
        line: `${request.method} ${new URL(request.url).pathname}${new URL(request.url).search}`,
        authorization: request.headers.get("authorization"),
        type: request.headers.get("content-type"),
        body: await request.text(),
      });
      return Response.json({ ok: true });
    });
    const client = vendorClient({
      vendor: "probe",
      baseUrl: `${baseUrl}/v1/`,
      authorize: async () => ({ authorization: "Bearer t" }),
    });
    const query = { a: 1, b: undefined };
    await client(["things"], Answer, { method: "POST", query, json: { x: "é" }, signal });
    await client(["things"], Answer, { method: "POST", form: { x: "a b" }, signal });
    expect(seen).toEqual([
      {
        line: "POST /v1/things?a=1",
        authorization: "Bearer t",
        type: "application/json",
        body: '{"x":"é"}',
      },
      {
        line: "POST /v1/things",
        authorization: "Bearer t",
        type: "application/x-www-form-urlencoded",
        body: "x=a+b",
      },
    ]);
  });

  it("reads an answer that arrives in pieces, a character cut in half among them", async () => {
    const bytes = new TextEncoder().encode('"é"');
    const baseUrl = await serveRequests((_, outgoing) => {
      outgoing.write(bytes.subarray(0, 2));
      outgoing.end(bytes.subarray(2));
    });
    const client = vendorClient({ vendor: "probe", baseUrl });
    expect(await client(["x"], z.string(), { signal })).toBe("é");
  });

  it("gives text that can be stored, whatever people call themselves", async () => {
    const baseUrl = await serveFetch(
      async () => new Response('{"names":["Ann \\ud83d","B\\u0000en"],"\\ud800":1}'),
    );
    const client = vendorClient({ vendor: "probe", baseUrl });
    expect(await client(["x"], z.json(), { signal })).toEqual({
      names: ["Ann \uFFFD", "Ben"],
      "\uFFFD": 1,
    });
  });

  it("asks nothing when an id would lead elsewhere", async () => {
    let asked = 0;
    const baseUrl = await serveFetch(async () => {
      asked++;
      return Response.json({ ok: true });
    });
    const client = vendorClient({ vendor: "probe", baseUrl });
    const failure = await failureOf(client(["call", ".."], Answer, { signal }));
    expect(failure).toMatchObject({ code: "probe_no_such_path", status: 404, isPermanent: true });
    expect(asked).toBe(0);
  });

  it("gives up an answer without end", async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(0x20);
    const baseUrl = await serveRequests((_, outgoing) => {
      const send = () => {
        while (!outgoing.destroyed && outgoing.write(chunk));
      };
      outgoing.on("drain", send);
      send();
    });
    const client = vendorClient({ vendor: "probe", baseUrl, timeoutMs: 60_000 });
    const failure = await failureOf(client(["x"], z.string(), { signal }));
    expect(failure).toMatchObject({ code: "probe_answer_too_large", isPermanent: false });
  });

  it("takes an empty body for undefined", async () => {
    const baseUrl = await serveFetch(async () => new Response(null, { status: 204 }));
    const client = vendorClient({ vendor: "probe", baseUrl });
    expect(await client(["x"], z.undefined(), { signal })).toBeUndefined();
  });

  it("names a refusal by status and the vendor's code, never by its sentence", async () => {
    const baseUrl = await serveFetch(async () =>
      Response.json({ code: "NOPE", message: "ana@school.example" }, { status: 403 }),
    );
    const reasonOf = () => "NOPE";
    const error = await failureOf(
      vendorClient({ vendor: "probe", baseUrl, reasonOf })(["x"], Answer, { signal }),
    );
    expect(inspect(error) + JSON.stringify(error)).not.toContain("ana@");
    expect(error).toMatchObject({ code: "probe_403_NOPE", status: 403, isPermanent: false });
    expect(error.body()).toEqual({ code: "NOPE", message: "ana@school.example" });
  });

  it("leaves a reason out that is no code", async () => {
    const baseUrl = await serveFetch(async () => Response.json({}, { status: 400 }));
    const reasonOf = () => "a sentence about Ana";
    const error = await failureOf(
      vendorClient({ vendor: "probe", baseUrl, reasonOf })(["x"], Answer, { signal }),
    );
    expect(error).toMatchObject({ code: "probe_400", isPermanent: true });
  });

  it.each([
    ["nobody listens", "http://127.0.0.1:1", "probe_unreachable"],
    ["nothing comes in time", undefined, "probe_timeout"],
  ])("says so when %s", async (_, address, code) => {
    const baseUrl = address ?? (await serveFetch(() => new Promise<never>(() => {})));
    const client = vendorClient({ vendor: "probe", baseUrl, timeoutMs: 50 });
    expect(await failureOf(client(["x"], Answer, { signal }))).toMatchObject({
      code,
      status: null,
    });
  });

  it("follows no redirect, so that nobody else is shown what authorises it", async () => {
    const shown: (string | null)[] = [];
    const elsewhere = await serveFetch(async ({ headers }) => {
      shown.push(headers.get("authorization"));
      return Response.json({ ok: true });
    });
    const baseUrl = await serveFetch(async () => Response.redirect(elsewhere, 307));
    const authorize = async () => ({ authorization: "Bearer ours" });
    const client = vendorClient({ vendor: "probe", baseUrl, authorize });
    expect(await failureOf(client(["x"], z.unknown(), { signal }))).toMatchObject({
      code: "probe_307",
    });
    expect(shown).toEqual([]);
  });

  it("refuses an answer of another shape", async () => {
    const baseUrl = await serveFetch(async () => Response.json({ ok: false }));
    const error = await failureOf(
      vendorClient({ vendor: "probe", baseUrl })(["x"], Answer, { signal }),
    );
    expect(error.code).toBe("probe_unexpected_answer");
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  it.each([
    [null, undefined],
    ["17", 17],
    ["0", 1],
    ["Thu, 01 Jan 2026 00:02:00 GMT", 120],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 1],
    ["soon", undefined],
    ["99999999", 86_400],
  ])("%s is %s seconds", (header, seconds) => {
    expect(retryAfterSeconds(header, now)).toBe(seconds);
  });
});

describe("a task whose vendor fails", () => {
  const outcome = (status: number | undefined, attempts: number, retryAfterSeconds?: number) =>
    vendorOutcome(
      new VendorError({
        code: "probe",
        retryAfterSeconds,
        ...(status === undefined ? {} : { status }),
      }),
      attempts,
    );

  it("ends when asking again cannot help", () => {
    expect(outcome(404, 1)).toEqual({ outcome: "failed", error: "probe" });
  });

  it("comes back when the vendor says", () => {
    expect(outcome(429, 4, 17)).toEqual({ outcome: "retry", error: "probe", after_seconds: 17 });
  });

  it("is tried within the hour after an outage of an hour, whenever it was enqueued", () => {
    const waits = [1, 2, 3, 4].map((attempts) => {
      const told = outcome(undefined, attempts);
      return told.outcome === "retry" ? (told.after_seconds ?? Number.NaN) : Number.NaN;
    });
    let time = 0;
    const tries = [0, ...waits.map((wait) => (time += wait))];
    for (let enqueuedAt = 0; enqueuedAt < 3_600; enqueuedAt += 60) {
      const next = tries.map((after) => enqueuedAt + after).find((at) => at >= 3_600);
      expect(next).toBeLessThanOrEqual(7_200);
    }
    expect(outcome(undefined, 5)).toEqual({ outcome: "retry", error: "probe" });
  });
});
