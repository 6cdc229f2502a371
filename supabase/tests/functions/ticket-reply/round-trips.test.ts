import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { expect, inject, it } from "vitest";
import WebSocket from "ws";
import type { Db } from "../../../../shared/core/db.ts";
import { postReply, ReplyInput } from "../../../../shared/support/post-reply.ts";
import { readThread, ThreadQuery } from "../../../../shared/support/read-thread.ts";
import { readSurvey, submitSurvey } from "../../../../shared/support/survey.ts";
import type { Database } from "../../../database.types.ts";
import { makeReady } from "../../support/attachments.ts";
import { openDesk } from "../../support/desk.ts";
import { serveFetch } from "../../support/loopback.ts";

/** Stands before the stack and counts what passes. */
async function counter() {
  const { url } = inject("stack");
  const passed: string[] = [];
  const address = await serveFetch(async (request) => {
    const { pathname, search } = new URL(request.url);
    passed.push(`${request.method} ${pathname}`);
    const body = request.method === "GET" ? null : await request.text();
    const headers = new Headers(request.headers);
    for (const name of ["host", "connection", "content-length"]) headers.delete(name);
    const answer = await fetch(`${url}${pathname}${search}`, {
      method: request.method,
      headers,
      body,
    });
    const type = answer.headers.get("content-type") ?? "application/json";
    return new Response(await answer.text(), {
      status: answer.status,
      headers: { "content-type": type },
    });
  });
  return { address, take: () => passed.splice(0) };
}

function client(address: string, key: string, token = key): Db {
  const realtime = { transport: WebSocket as unknown as typeof globalThis.WebSocket };
  return createClient<Database>(address, key, {
    realtime,
    auth: { persistSession: false, autoRefreshToken: false },
    accessToken: async () => token,
  });
}

it("a request makes one round trip to the database, and one to Storage where files have links", async () => {
  const { publishable_key, secret_key } = inject("stack");
  const { owner, agent, ticketId: ticket_id } = await openDesk();
  const { address, take } = await counter();
  const db = client(address, publishable_key, owner.token);
  const staffDb = client(address, publishable_key, agent.token);
  const service = () => client(address, secret_key);
  const query = (more: object) => ThreadQuery.parse({ ticket_id, ...more });

  const posted = await postReply(db, ReplyInput.parse({ ticket_id, body: "Hi" }), randomUUID());
  expect([posted.status, take()]).toEqual([201, ["POST /rest/v1/rpc/post_ticket_message"]]);

  await readThread(db, service, query({}));
  expect(take()).toEqual(["POST /rest/v1/rpc/ticket_thread"]);

  const { message } = await posted.json();
  await readThread(db, service, query({ message_id: message.id }));
  expect(take()).toEqual(["POST /rest/v1/rpc/ticket_replies_of"]);

  await makeReady(ticket_id, owner.id, message.id);
  await readThread(db, service, query({ order: "desc" }));
  expect(take()).toEqual([
    "POST /rest/v1/rpc/ticket_thread",
    "POST /storage/v1/object/sign/ticket-attachments",
  ]);

  await postReply(staffDb, ReplyInput.parse({ ticket_id, body: "Done", status: "resolved" }), null);
  take();
  await submitSurvey(db, { ticket_id, rating: 5 });
  expect(take()).toEqual(["POST /rest/v1/rpc/submit_ticket_survey"]);
  await readSurvey(db, { ticket_id });
  expect(take()).toEqual(["POST /rest/v1/rpc/ticket_survey"]);
});
