import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { expect, it } from "vitest";
import WebSocket from "ws";
import { z } from "zod";
import type { Db } from "../../../../shared/core/db.ts";
import type { Route } from "../../../../shared/http/route.ts";
import type { UserContext } from "../../../../shared/http/with-user.ts";
import { postReply } from "../../../../shared/support/post-reply.ts";
import { readThread } from "../../../../shared/support/read-thread.ts";
import { readSurvey, submitSurvey } from "../../../../shared/support/survey.ts";
import type { Database } from "../../../database.types.ts";
import { makeReady } from "../../support/attachments.ts";
import { openDesk } from "../../support/desk.ts";
import { serveFetch } from "../../support/loopback.ts";
import { testStack } from "../../support/resources.ts";

const Posted = z.object({ message: z.object({ id: z.uuid() }) });

/** Stands before the stack and counts what passes. */
async function counter() {
  const { url } = testStack();
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
  const { publishable_key, secret_key } = testStack();
  const { owner, agent, ticketId: ticket_id } = await openDesk();
  const { address, take } = await counter();
  const serve = (route: Route<UserContext>, caller: typeof owner, input: object) =>
    route.handle({
      db: client(address, publishable_key, caller.token),
      service: () => client(address, secret_key),
      user: { id: caller.id, email: undefined },
      request: new Request(address),
      idempotencyKey: randomUUID(),
      requestId: randomUUID(),
      log: () => {},
      params: {},
      query: route.query?.parse({ ticket_id, ...input }),
      body: route.body?.parse({ ticket_id, ...input }),
    });

  const posted = await serve(postReply, owner, { body: "Hi" });
  expect(take()).toEqual(["POST /rest/v1/rpc/post_ticket_message"]);

  await serve(readThread, owner, {});
  expect(take()).toEqual(["POST /rest/v1/rpc/ticket_thread"]);

  const { message } = Posted.parse(posted);
  await serve(readThread, owner, { message_id: message.id });
  expect(take()).toEqual(["POST /rest/v1/rpc/ticket_replies_of"]);

  await makeReady(ticket_id, owner.id, message.id);
  await serve(readThread, owner, { order: "desc" });
  expect(take()).toEqual([
    "POST /rest/v1/rpc/ticket_thread",
    "POST /storage/v1/object/sign/ticket-attachments",
  ]);

  await serve(postReply, agent, { body: "Done", status: "resolved" });
  take();
  await serve(submitSurvey, owner, { rating: 5 });
  expect(take()).toEqual(["POST /rest/v1/rpc/submit_ticket_survey"]);
  await serve(readSurvey, owner, {});
  expect(take()).toEqual(["POST /rest/v1/rpc/ticket_survey"]);
});
