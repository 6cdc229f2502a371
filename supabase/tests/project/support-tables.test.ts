import { beforeAll, describe, expect, it } from "vitest";
import { sql } from "../support/database.ts";
import { type Desk, openDesk, openTicket } from "../support/desk.ts";
import { anonymousClient, createUser } from "../support/users.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});

describe("support over plain REST", () => {
  it("refuses a transition with 409 and our code, and changes nothing", async () => {
    const id = await openTicket(desk.owner);
    const tickets = desk.owner.client.from("support_tickets");
    const refused = await tickets.update({ status: "resolved" }).eq("id", id);
    expect([refused.status, refused.error?.hint]).toEqual([409, "transition_not_allowed"]);
    const { data } = await tickets.select("status").eq("id", id).single();
    expect(data?.status).toBe("open");
  });

  it("lets staff assign, prioritise and resolve, and an owner none of it", async () => {
    const id = await openTicket(desk.owner);
    const change = { assigned_to: desk.agent.id, priority: "urgent", status: "resolved" } as const;
    const own = await desk.owner.client.from("support_tickets").update(change).eq("id", id);
    expect([own.status, own.error?.hint]).toEqual([403, "support_staff_only"]);
    const staff = await desk.agent.client
      .from("support_tickets")
      .update(change)
      .eq("id", id)
      .select("priority, status");
    expect(staff.data).toEqual([{ priority: "urgent", status: "resolved" }]);
  });

  it("shows a stranger no rows, and changes none for him", async () => {
    const read = await desk.other.client
      .from("support_tickets")
      .select("id")
      .eq("id", desk.ticketId);
    expect(read.data).toEqual([]);
    const changed = await desk.other.client
      .from("support_tickets")
      .update({ status: "closed" })
      .eq("id", desk.ticketId)
      .select("id");
    expect(changed.data).toEqual([]);
    const written = await desk.other.client
      .from("ticket_messages")
      .insert({ ticket_id: desk.ticketId, body: "x" });
    expect([written.status, written.error?.hint]).toEqual([404, "ticket_not_found"]);
  });

  it("refuses columns that are not a client's, and everything without a token", async () => {
    const forged = await desk.owner.client
      .from("support_tickets")
      .insert({ subject: "a", description: "b", status: "closed" });
    expect([forged.status, forged.error?.code]).toEqual([403, "42501"]);
    const author = await desk.owner.client
      .from("ticket_messages")
      .insert({ ticket_id: desk.ticketId, body: "x", author_role: "staff" });
    expect([author.status, author.error?.code]).toEqual([403, "42501"]);
    const anonymous = await anonymousClient().from("support_tickets").select("id");
    expect([anonymous.status, anonymous.error?.code]).toEqual([401, "42501"]);
  });

  it("writes a message as the endpoint does", async () => {
    const id = await openTicket(desk.owner);
    const { data } = await desk.agent.client
      .from("ticket_messages")
      .insert({ ticket_id: id, body: "On it." })
      .select("author_role, author_id")
      .single();
    expect(data).toEqual({ author_role: "staff", author_id: desk.agent.id });
    const ticket = await desk.owner.client
      .from("support_tickets")
      .select("status, message_count")
      .eq("id", id);
    expect(ticket.data).toEqual([{ status: "in_progress", message_count: 1 }]);
  });

  it("takes twenty tickets a day: 429 for the next", async () => {
    const user = await createUser();
    await sql(
      `insert into private.rate_windows (user_id, kind, window_start, taken)
       select $1, 'tickets', date_bin('1 day', now() + n * interval '1 day', '2000-01-01Z'), 20 from generate_series(0, 1) n`,
      [user.id],
    );
    const refused = await user.client
      .from("support_tickets")
      .insert({ subject: "a", description: "b" });
    expect([refused.status, refused.error?.hint]).toEqual([429, "rate_limited"]);
  });
});
