import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { makeReady } from "../../support/attachments.ts";
import { type Desk, openDesk, openTicket, refused, reply, thread } from "../../support/desk.ts";
import { callFunction } from "../../support/functions.ts";
import type { TestUser } from "../../support/users.ts";

const Page = z.object({
  ticket: z.looseObject({ id: z.uuid(), message_count: z.number() }),
  messages: z.array(
    z.looseObject({
      id: z.uuid(),
      body: z.string(),
      replies: z.array(z.looseObject({ body: z.string() })),
      replies_cursor: z.string().nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
  previous_cursor: z.string().nullable(),
});

async function page(user: TestUser, query: Record<string, string | number>) {
  const response = await thread(user, query);
  expect(response.status).toBe(200);
  return Page.parse(await response.json());
}

async function walk(user: TestUser, query: Record<string, string | number>): Promise<string[]> {
  const bodies: string[] = [];
  let cursor: string | null = null;
  do {
    const found = await page(user, cursor === null ? query : { ...query, cursor });
    bodies.push(...found.messages.map((message) => message.body));
    cursor = found.next_cursor;
  } while (cursor !== null && bodies.length < 100);
  return bodies;
}

let desk: Desk;
let ticket_id: string;
let firstId: string;
beforeAll(async () => {
  desk = await openDesk();
  ticket_id = desk.ticketId;
  for (const n of ["1", "2", "3", "4", "5"]) {
    await reply(desk.owner, { ticket_id, body: n });
    await reply(desk.agent, { ticket_id, body: `note ${n}`, internal: true });
  }
  firstId = (await page(desk.owner, { ticket_id, limit: 1 })).messages[0]?.id ?? "";
  for (let n = 1; n <= 12; n += 1) {
    await reply(desk.agent, { ticket_id, body: `reply ${n}`, in_reply_to: firstId });
  }
  await reply(desk.agent, { ticket_id, body: "hidden", in_reply_to: firstId, internal: true });
});

describe("200", () => {
  it("walks the owner's messages both ways, without a trace of the notes", async () => {
    expect(await walk(desk.owner, { ticket_id, limit: 2 })).toEqual(["1", "2", "3", "4", "5"]);
    expect(await walk(desk.owner, { ticket_id, limit: 2, order: "desc" })).toEqual([
      "5",
      "4",
      "3",
      "2",
      "1",
    ]);
  });

  it("walks the notes too for staff", async () => {
    expect(await walk(desk.agent, { ticket_id, limit: 3 })).toEqual(
      ["1", "2", "3", "4", "5"].flatMap((n) => [n, `note ${n}`]),
    );
  });

  it("goes back from where a page began, with the other order", async () => {
    const second = await page(desk.owner, {
      ticket_id,
      limit: 2,
      cursor: (await page(desk.owner, { ticket_id, limit: 2 })).next_cursor ?? "",
    });
    const back = await page(desk.owner, {
      ticket_id,
      order: "desc",
      cursor: second.previous_cursor ?? "",
    });
    expect(second.messages.map(({ body }) => body)).toEqual(["3", "4"]);
    expect(back.messages.map(({ body }) => body)).toEqual(["2", "1"]);
  });

  it("brings the first replies of a message and the way to the rest", async () => {
    const [first] = (await page(desk.owner, { ticket_id, limit: 1 })).messages;
    expect(first?.replies.map(({ body }) => body)).toEqual(
      Array.from({ length: 10 }, (_, n) => `reply ${n + 1}`),
    );
    const rest = await thread(desk.owner, {
      ticket_id,
      message_id: firstId,
      cursor: first?.replies_cursor ?? "",
    });
    expect(rest.status).toBe(200);
    expect(await rest.json()).toMatchObject({
      replies: [{ body: "reply 11" }, { body: "reply 12" }],
      replies_cursor: null,
    });
  });

  it("says who wrote, as a card", async () => {
    const [first] = (await page(desk.owner, { ticket_id, limit: 1 })).messages;
    expect(first).toMatchObject({ author: { id: desk.owner.id, full_name: "Olga Owner" } });
    expect(first?.replies[0]).toMatchObject({
      author: { id: desk.agent.id, full_name: "Ada Agent", avatar_url: null },
    });
  });

  it("tells of the ticket what the owner may know: notes moved nothing", async () => {
    const before = await page(desk.owner, { ticket_id, limit: 1 });
    await reply(desk.agent, { ticket_id, body: "one more note", internal: true });
    await reply(desk.agent, {
      ticket_id,
      body: "and one below",
      in_reply_to: firstId,
      internal: true,
    });
    const after = await page(desk.owner, { ticket_id, limit: 1 });
    expect(after).toEqual(before);
    const told = await desk.owner.client
      .from("notifications")
      .select("data")
      .eq("kind", "ticket_reply");
    expect(told.data).toHaveLength(12);
  });

  it("lists ready files where they hang, with links and without their paths", async () => {
    const id = await openTicket(desk.owner);
    const fileId = await makeReady(id, desk.owner.id);
    const loose = await (await thread(desk.agent, { ticket_id: id })).json();
    expect(loose.attachments).toMatchObject([{ id: fileId, file_name: "a.png" }]);

    const posted = await reply(desk.owner, {
      ticket_id: id,
      body: "See",
      attachment_ids: [fileId],
    });
    expect(posted.status).toBe(201);
    const sent = await (await thread(desk.agent, { ticket_id: id })).json();
    expect(sent.attachments).toEqual([]);
    const file = { id: fileId, file_name: "a.png", content_type: "image/png", size_bytes: 9 };
    const link = { url: expect.any(String), expires_at: expect.any(String) };
    expect(sent.messages[0].attachments).toEqual([{ ...file, ...link }]);
    const answer = await posted.json();
    expect(answer.message.attachments).toEqual([file]);
    // A link names the path by its nature; nothing else does.
    const words = JSON.stringify([answer, sent], (key, value) => (key === "url" ? null : value));
    expect(words).not.toContain(`${fileId}/a.png`);
  });
});

describe("refusals", () => {
  it("401 without a token", async () => {
    expect((await callFunction(`ticket-reply?ticket_id=${ticket_id}`)).status).toBe(401);
  });

  it("404 for somebody else's ticket and for none", async () => {
    expect(await refused(thread(desk.other, { ticket_id }))).toBe("404 ticket_not_found");
    expect(await refused(thread(desk.owner, { ticket_id: randomUUID() }))).toBe(
      "404 ticket_not_found",
    );
  });

  it("404 for the replies to a message that the caller does not see", async () => {
    const note = (await page(desk.agent, { ticket_id })).messages.find(
      ({ body }) => body === "note 1",
    );
    const message_id = note?.id ?? "";
    expect((await thread(desk.agent, { ticket_id, message_id })).status).toBe(200);
    expect(await refused(thread(desk.owner, { ticket_id, message_id }))).toBe(
      "404 message_not_found",
    );
    expect(await refused(thread(desk.other, { ticket_id, message_id: firstId }))).toBe(
      "404 message_not_found",
    );
  });

  it.each([
    ["no ticket", {}],
    ["no UUID", { ticket_id: "x" }],
    ["a limit of 0", { ticket_id: randomUUID(), limit: 0 }],
    ["a limit of 101", { ticket_id: randomUUID(), limit: 101 }],
    ["another order", { ticket_id: randomUUID(), order: "up" }],
    ["a cursor of nothing", { ticket_id: randomUUID(), cursor: "abc" }],
    ["an unknown parameter", { ticket_id: randomUUID(), offset: 5 }],
  ])("422 for %s", async (_, query) => {
    expect(await refused(thread(desk.owner, query))).toBe("422 invalid_input");
  });
});
