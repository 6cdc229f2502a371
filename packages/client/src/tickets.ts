import type { Caller } from "./call.ts";
import type { Args, Body, Query, Schemas } from "./contract.ts";

export interface ReplyOptions {
  /** Repeating the key and the request writes one message and answers the same. */
  readonly idempotencyKey?: string;
}

/** Conversations with support. */
export function tickets({ invoke, rpc }: Caller) {
  return {
    /** A page of a ticket's conversation. */
    thread: (query: Omit<Query<"getTicketReply">, "message_id">) =>
      invoke<"getTicketReply", Schemas["Thread"]>("ticket-reply", { query }),
    /** Further replies to one message. */
    replies: (query: Query<"getTicketReply"> & { message_id: string }) =>
      invoke<"getTicketReply", Schemas["Replies"]>("ticket-reply", { query }),
    /** Writes a message, with files that are ready. */
    reply: (body: Body<"postTicketReply">, { idempotencyKey }: ReplyOptions = {}) =>
      invoke<"postTicketReply">("ticket-reply", { method: "POST", body, idempotencyKey }),
    /** What a ticket was rated, and whether it can be rated now. */
    survey: (ticketId: string) =>
      invoke<"getTicketSurvey">("ticket-survey", { query: { ticket_id: ticketId } }),
    /** Rates a resolution. */
    rate: (body: Body<"postTicketSurvey">) =>
      invoke<"postTicketSurvey">("ticket-survey", { method: "POST", body }),
    /** For staff: tickets that wait, the longest first. */
    queue: (args?: Args<"ticket_queue">) => rpc("ticket_queue", args),
    /** Tickets with some words, the best first. */
    search: (args: Args<"search_tickets">) => rpc("search_tickets", args),
    /** For staff: makes these a ticket's tags. */
    setTags: (args: Args<"set_ticket_tags">) => rpc("set_ticket_tags", args),
    /** For staff: lets a ticket go on in another one. */
    merge: (args: Args<"merge_tickets">) => rpc("merge_tickets", args),
    acceptMail: (args: Args<"accept_received_mail">) => rpc("accept_received_mail", args),
    discardMail: (args: Args<"discard_received_mail">) => rpc("discard_received_mail", args),
    /** For staff: whether the caller is given tickets in turn. */
    setAway: (isAway: boolean) => rpc("set_away", { is_away: isAway }),
    /** For staff: a saved reply with the words of a ticket. */
    fillSavedReply: (args: Args<"fill_saved_reply">) => rpc("fill_saved_reply", args),
    /** For staff: numbers of a range. */
    stats: (args: Args<"support_stats">) => rpc("support_stats", args),
  };
}
