import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { makeReady } from "../../support/attachments.ts";
import { sql } from "../../support/database.ts";
import { type Desk, openDesk, openTicket, refused, reply, thread } from "../../support/desk.ts";
import { callFunction, callJson } from "../../support/functions.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});

describe("201", () => {
  it("is a message with its author's stamps, and the ticket after it", async () => {
    const ticket_id = await openTicket(desk.owner);
    const response = await reply(desk.agent, { ticket_id, body: "We are on it." });

    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      message: {
        ticket_id,
        body: "We are on it.",
        author_id: desk.agent.id,
        author_role: "staff",
        kind: "message",
        is_internal: false,
        in_reply_to: null,
        attachments: [],
      },
      ticket: { id: ticket_id, status: "in_progress", message_count: 1 },
    });
  });

  it("is a reply in a thread, with a status in the same transaction", async () => {
    const ticket_id = await openTicket(desk.owner);
    const { message } = await (await reply(desk.owner, { ticket_id, body: "And?" })).json();
    const response = await reply(desk.agent, {
      ticket_id,
      body: "Done.",
      in_reply_to: message.id,
      status: "resolved",
    });

    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      message: { in_reply_to: message.id },
      ticket: { status: "resolved", message_count: 2 },
    });
  });

  it.each(["", " \n", undefined])("takes a file without a word: %j", async (body) => {
    const ticket_id = await openTicket(desk.owner);
    const file = await makeReady(ticket_id, desk.owner.id);
    const response = await reply(desk.owner, { ticket_id, body, attachment_ids: [file] });
    expect(response.status).toBe(201);
    const { message } = await response.json();
    expect(message).toMatchObject({ body: "", attachments: [{ id: file }] });
    expect(message).not.toHaveProperty("is_only_files");
    const second = await makeReady(ticket_id, desk.owner.id);
    const answer = { ticket_id, in_reply_to: message.id, body, attachment_ids: [second] };
    expect((await reply(desk.owner, answer)).status).toBe(201);
    const { messages } = await (await thread(desk.owner, { ticket_id })).json();
    expect(messages).toMatchObject([
      { body: "", attachments: [{ id: file }], replies: [{ attachments: [{ id: second }] }] },
    ]);
  });

  it("takes 10,000 characters outside the first plane", async () => {
    const response = await reply(desk.owner, {
      ticket_id: desk.ticketId,
      body: "🙂".repeat(10_000),
    });
    expect(response.status).toBe(201);
  });
});

describe("an Idempotency-Key", () => {
  it("answers the same and writes once, however often the request comes", async () => {
    const ticket_id = await openTicket(desk.owner);
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => reply(desk.owner, { ticket_id, body: "Once" }, key)),
    );

    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(201));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    expect(
      await sql("select body from public.ticket_messages where ticket_id = $1", [ticket_id]),
    ).toHaveLength(1);
  });

  it("is 409 for another request", async () => {
    const key = randomUUID();
    await reply(desk.owner, { ticket_id: desk.ticketId, body: "One" }, key);
    expect(await refused(reply(desk.owner, { ticket_id: desk.ticketId, body: "Two" }, key))).toBe(
      "409 idempotency_key_reused",
    );
  });

  it("is one person's own", async () => {
    const key = randomUUID();
    await reply(desk.owner, { ticket_id: desk.ticketId, body: "Mine" }, key);
    const response = await reply(desk.agent, { ticket_id: desk.ticketId, body: "Ours" }, key);
    expect(response.status).toBe(201);
  });

  it("is 422 when it is not visible ASCII", async () => {
    expect(await refused(reply(desk.owner, { ticket_id: desk.ticketId, body: "x" }, "a b"))).toBe(
      "422 invalid_input",
    );
  });
});

describe("refusals", () => {
  it("401 without a token", async () => {
    const response = callJson("ticket-reply", { ticket_id: desk.ticketId, body: "x" });
    expect((await response).status).toBe(401);
  });

  it("404 for somebody else's ticket exactly as for none", async () => {
    const foreign = await (await reply(desk.other, { ticket_id: desk.ticketId, body: "x" })).json();
    const absent = await (await reply(desk.other, { ticket_id: randomUUID(), body: "x" })).json();
    expect(foreign.code).toBe("ticket_not_found");
    expect({ ...foreign, request_id: null }).toEqual({ ...absent, request_id: null });
  });

  it("404 for a message of another ticket, an internal one, or none", async () => {
    const another = await openTicket(desk.owner);
    const elsewhere = await (await reply(desk.owner, { ticket_id: another, body: "x" })).json();
    const note = await (
      await reply(desk.agent, { ticket_id: desk.ticketId, body: "Note", internal: true })
    ).json();
    const answers = [elsewhere.message.id, note.message.id, randomUUID()].map((in_reply_to) =>
      refused(reply(desk.owner, { ticket_id: desk.ticketId, body: "x", in_reply_to })),
    );
    expect(await Promise.all(answers)).toEqual(Array(3).fill("404 message_not_found"));
  });

  it("403 for a customer's internal note", async () => {
    expect(
      await refused(reply(desk.owner, { ticket_id: desk.ticketId, body: "x", internal: true })),
    ).toBe("403 support_staff_only");
  });

  it("409 on a closed ticket, for messages, replies and notes", async () => {
    const ticket_id = await openTicket(desk.owner);
    const { message } = await (
      await reply(desk.owner, { ticket_id, body: "Never mind.", status: "closed" })
    ).json();
    const attempts = [
      reply(desk.owner, { ticket_id, body: "x" }),
      reply(desk.agent, { ticket_id, body: "x" }),
      reply(desk.owner, { ticket_id, body: "x", in_reply_to: message.id }),
      reply(desk.agent, { ticket_id, body: "x", internal: true }),
    ];
    expect(await Promise.all(attempts.map(refused))).toEqual(Array(4).fill("409 ticket_closed"));
  });

  it("409 for a status that the author may not set, and nothing is written", async () => {
    const ticket_id = await openTicket(desk.owner);
    expect(await refused(reply(desk.owner, { ticket_id, body: "x", status: "resolved" }))).toBe(
      "409 transition_not_allowed",
    );
    expect(
      await sql("select from public.ticket_messages where ticket_id = $1", [ticket_id]),
    ).toEqual([]);
  });

  it("409 when a resolution is older than 14 days", async () => {
    const ticket_id = await openTicket(desk.owner);
    await reply(desk.agent, { ticket_id, body: "Done.", status: "resolved" });
    await sql(
      "update public.support_tickets set resolved_at = now() - interval '14 days 1 minute' where id = $1",
      [ticket_id],
    );
    expect(await refused(reply(desk.owner, { ticket_id, body: "Again!" }))).toBe(
      "409 reopen_window_over",
    );
  });

  it("409 for files that are not the author's, not ready or not there", async () => {
    expect(
      await refused(
        reply(desk.owner, { ticket_id: desk.ticketId, body: "x", attachment_ids: [randomUUID()] }),
      ),
    ).toBe("409 attachment_not_ready");
  });

  it.each([
    ["no body", { body: undefined }],
    ["an empty body", { body: "" }],
    ["a blank body", { body: " \n\t" }],
    ["10,001 characters", { body: "x".repeat(10_001) }],
    ["NUL", { body: "a\0b" }],
    ["a number", { body: 5 }],
    ["no UUID", { ticket_id: "1" }],
    ["an unknown status", { status: "done" }],
    ["an unknown key", { is_internal: true }],
    ["a forged author", { author_role: "staff" }],
    ["21 files", { attachment_ids: Array.from({ length: 21 }, () => randomUUID()) }],
    ["no files' ids", { attachment_ids: ["../x"] }],
  ])("422 for %s", async (_, change) => {
    expect(
      await refused(reply(desk.owner, { ticket_id: desk.ticketId, body: "x", ...change })),
    ).toBe("422 invalid_input");
  });

  it("400 for what is not JSON, 415 for another type, 413 for too much, 405 for another method", async () => {
    const send = (body: string, type: string, method = "POST") =>
      callFunction("ticket-reply", {
        user: desk.owner,
        method,
        body,
        headers: { "content-type": type },
      });
    const answers = await Promise.all([
      send("{", "application/json"),
      send("body=x", "text/plain"),
      send(JSON.stringify({ body: "x".repeat(300_000) }), "application/json"),
      send("{}", "application/json", "PATCH"),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([400, 415, 413, 405]);
  });

  it("429 with Retry-After after 120 messages in an hour, and not for staff", async () => {
    const { owner, agent, ticketId: ticket_id } = await openDesk();
    await sql(
      `insert into private.rate_windows (user_id, kind, window_start, taken)
       select $1, 'messages', date_bin('1 hour', now() + n * interval '1 hour', '2000-01-01Z'), 120 from generate_series(0, 1) n`,
      [owner.id],
    );
    const response = await reply(owner, { ticket_id, body: "x" });
    expect(response.status).toBe(429);
    expect((await response.json()).code).toBe("rate_limited");
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await reply(agent, { ticket_id, body: "x" })).status).toBe(201);
  });
});
