import { withSupabase } from "@supabase/server";
import { db, done, must } from "../plain.ts";

/** An answer to a ticket, written one row after another. */
export default {
  fetch: withSupabase({ auth: "user" }, async (request, context) => {
    const author_id = context.userClaims?.id;
    const { ticket_id, body } = await request.json();
    const author = must(await db.from("profiles").select("role").eq("id", author_id).single());
    const ticket = must(
      await db.from("plain_tickets").select("user_id, status").eq("id", ticket_id).single(),
    );
    if (ticket.user_id !== author_id && author.role !== "agent") {
      return Response.json({ code: "not_found" }, { status: 404 });
    }
    if (ticket.status === "closed") return Response.json({ code: "closed" }, { status: 409 });
    const message = must(
      await db.from("plain_messages").insert({ ticket_id, author_id, body }).select("*").single(),
    );
    const moved = { last_message_at: message.created_at, status: "open" };
    done(await db.from("plain_tickets").update(moved).eq("id", ticket_id));
    return Response.json(message, { status: 201 });
  }),
};
