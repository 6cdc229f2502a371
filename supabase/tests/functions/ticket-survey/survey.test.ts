import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { type Desk, openDesk, openTicket, refused, reply } from "../../support/desk.ts";
import { callFunction, callJson } from "../../support/functions.ts";
import type { TestUser } from "../../support/users.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});

const rate = (user: TestUser, body: Record<string, unknown>) =>
  callJson("ticket-survey", body, { user });
const look = (user: TestUser, ticket_id: string) =>
  callFunction(`ticket-survey?ticket_id=${ticket_id}`, { user });

async function resolvedTicket(): Promise<string> {
  const ticket_id = await openTicket(desk.owner);
  await reply(desk.agent, { ticket_id, body: "Done.", status: "resolved" });
  return ticket_id;
}

describe("a resolution", () => {
  it("is rated once: 201, then 409; reopened and resolved again it can be rated again", async () => {
    const ticket_id = await resolvedTicket();
    const first = await rate(desk.owner, { ticket_id, rating: 4, feedback: "Quick." });
    expect(first.status).toBe(201);
    expect(await first.json()).toMatchObject({
      ticket_id,
      rating: 4,
      feedback: "Quick.",
      resolution_cycle: 1,
    });
    expect(await refused(rate(desk.owner, { ticket_id, rating: 5 }))).toBe(
      "409 survey_already_submitted",
    );

    await reply(desk.owner, { ticket_id, body: "It is back." });
    expect(await refused(rate(desk.owner, { ticket_id, rating: 1 }))).toBe(
      "409 survey_before_resolution",
    );
    await reply(desk.agent, { ticket_id, body: "Now.", status: "resolved" });
    const second = await rate(desk.owner, { ticket_id, satisfaction: "neutral" });
    expect(await second.json()).toMatchObject({
      rating: null,
      satisfaction: "neutral",
      resolution_cycle: 2,
    });

    const seen = await look(desk.owner, ticket_id);
    expect(seen.status).toBe(200);
    expect(await seen.json()).toMatchObject({
      ticket_id,
      is_open: false,
      survey_completed: true,
      surveys: [{ resolution_cycle: 2 }, { resolution_cycle: 1 }],
    });
  });

  it("can be edited over REST for a quarter of an hour", async () => {
    const ticket_id = await resolvedTicket();
    await rate(desk.owner, { ticket_id, rating: 4 });
    const edit = () =>
      desk.owner.client
        .from("ticket_surveys")
        .update({ rating: 5 })
        .eq("ticket_id", ticket_id)
        .select("rating");
    expect((await edit()).data).toEqual([{ rating: 5 }]);
    await sql(
      "update public.ticket_surveys set created_at = now() - interval '16 minutes' where ticket_id = $1",
      [ticket_id],
    );
    const late = await edit();
    expect([late.status, late.error?.hint]).toEqual([409, "survey_not_editable"]);
  });

  it("says beforehand whether it can be rated", async () => {
    const ticket_id = await openTicket(desk.owner);
    expect(await (await look(desk.owner, ticket_id)).json()).toMatchObject({
      is_open: false,
      open_until: null,
      surveys: [],
    });
    await reply(desk.agent, { ticket_id, body: "Done.", status: "resolved" });
    expect(await (await look(desk.owner, ticket_id)).json()).toMatchObject({ is_open: true });
    expect(await (await look(desk.agent, ticket_id)).json()).toMatchObject({ is_open: false });
  });
});

describe("refusals", () => {
  it("each have a code of their own", async () => {
    const ticket_id = await resolvedTicket();
    const old = await resolvedTicket();
    await sql(
      "update public.support_tickets set resolved_at = now() - interval '28 days 1 minute' where id = $1",
      [old],
    );
    const answers = [
      rate(desk.owner, { ticket_id: desk.ticketId, rating: 5 }),
      rate(desk.owner, { ticket_id: old, rating: 5 }),
      rate(desk.owner, { ticket_id, feedback: "Only words" }),
      rate(desk.agent, { ticket_id, rating: 5 }),
      rate(desk.other, { ticket_id, rating: 5 }),
      rate(desk.owner, { ticket_id: randomUUID(), rating: 5 }),
    ];
    expect(await Promise.all(answers.map(refused))).toEqual([
      "409 survey_before_resolution",
      "409 survey_window_over",
      "422 survey_empty",
      "403 survey_is_for_the_owner",
      "404 ticket_not_found",
      "404 ticket_not_found",
    ]);
  });

  it.each([
    ["a rating of 6", { rating: 6 }],
    ["a rating of 0", { rating: 0 }],
    ["half a star", { rating: 4.5 }],
    ["an unknown satisfaction", { satisfaction: "meh" }],
    ["2,001 characters", { rating: 5, feedback: "x".repeat(2001) }],
    ["another's cycle", { rating: 5, resolution_cycle: 9 }],
  ])("422 for %s", async (_, body) => {
    expect(await refused(rate(desk.owner, { ticket_id: desk.ticketId, ...body }))).toBe(
      "422 invalid_input",
    );
  });

  it("404 to look at somebody else's, 401 without a token, 405 for another method", async () => {
    expect(await refused(look(desk.other, desk.ticketId))).toBe("404 ticket_not_found");
    expect((await callFunction(`ticket-survey?ticket_id=${desk.ticketId}`)).status).toBe(401);
    expect(
      (await callFunction("ticket-survey", { user: desk.owner, method: "DELETE" })).status,
    ).toBe(405);
  });
});
