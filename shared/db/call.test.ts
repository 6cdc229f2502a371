import { createAdminClient } from "@supabase/server/core";
import { expect, test, vi } from "vitest";
import WebSocket from "ws";
import type { Database } from "../../supabase/database.types.ts";
import { serveRequests } from "../../supabase/tests/support/loopback.ts";
import type { Db } from "../core/db.ts";
import { call, callMaybe, rpc } from "./call.ts";

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

vi.stubGlobal("WebSocket", WebSocket);

function clientOf(url: string): Db {
  return createAdminClient<Database>({ env: { url, secretKeys: { default: "sb_secret_x" } } });
}

/** A server that speaks PostgREST's answers in the given order, the last one for ever. */
async function answering(...replies: readonly Reply[]) {
  const seen: string[] = [];
  const url = await serveRequests((request, response) => {
    const reply = replies[Math.min(seen.length, replies.length - 1)];
    seen.push(`${request.method} ${request.url}`);
    if (!reply) return;
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(JSON.stringify(reply.body));
  });
  return { db: clientOf(url), seen };
}

const delivery = {
  p_provider: "zoom",
  p_dedupe_key: "k",
  p_event_type: "meeting.started",
  p_occurred_at: "2026-01-31T09:00:00Z",
  p_payload: "{}",
  p_event: null,
  p_request_id: "r",
} as const;

const failure = (code: string, status = 500): Reply => ({
  status,
  body: { code, message: "inside", details: null, hint: null },
});

test.each(["40001", "40P01"])(
  "%s is sent once more, and the second answer counts",
  async (code) => {
    const { db, seen } = await answering(failure(code), {
      status: 200,
      body: { status: "applied" },
    });
    await expect(rpc(db, "ingest_event", delivery)).resolves.toEqual({
      status: "applied",
    });
    expect(seen).toHaveLength(2);
  },
);

test("a second deadlock is a 503, not a third try", async () => {
  const { db, seen } = await answering(failure("40P01"));
  await expect(rpc(db, "ingest_event", delivery)).rejects.toMatchObject({
    status: 503,
    reason: "40P01",
  });
  expect(seen).toHaveLength(2);
});

test.each([
  ["55P03", 503],
  ["23505", 409],
  ["XX000", 500],
])("%s is not sent again", async (code, status) => {
  const { db, seen } = await answering(failure(code));
  await expect(rpc(db, "ingest_event", delivery)).rejects.toMatchObject({ status });
  expect(seen).toHaveLength(1);
});

test("a read that meets a 503 is answered at once instead of repeated for seconds", async () => {
  const { db, seen } = await answering(failure("PGRST001", 503));
  await expect(call(() => db.from("webhook_events").select("id"))).rejects.toMatchObject({
    status: 503,
  });
  expect(seen).toHaveLength(1);
});

test("a refused connection is a 503", async () => {
  const db = clientOf("http://127.0.0.1:1");
  await expect(rpc(db, "ingest_event", delivery)).rejects.toMatchObject({ status: 503 });
});

test("an answer that does not come in time is a 503", async () => {
  const { db } = await answering();
  const late = rpc(db, "ingest_event", delivery, AbortSignal.timeout(50));
  await expect(late).rejects.toMatchObject({ status: 503, code: "unavailable" });
});

test("a gateway's page instead of JSON is a 503", async () => {
  const { db } = await answering({ status: 502, body: "<html>" });
  await expect(rpc(db, "ingest_event", delivery)).rejects.toMatchObject({ status: 503 });
});

test("no row is null for callMaybe and a 404 for call", async () => {
  const { db } = await answering({ status: 200, body: [] });
  const read = () => db.from("webhook_events").select("id").maybeSingle();
  await expect(callMaybe(read)).resolves.toBeNull();
  await expect(call(read)).rejects.toMatchObject({ status: 404, code: "not_found" });
});
