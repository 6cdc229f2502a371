import { valuesOf } from "../shared/enums.ts";
import { oneOf, text } from "../shared/search.ts";

export const categories = valuesOf<"ticket_category">()([
  "technical",
  "billing",
  "academic",
  "enrollment",
  "account",
  "general",
]);
export const priorities = valuesOf<"ticket_priority">()(["low", "medium", "high", "urgent"]);
export const ticketStatuses = valuesOf<"ticket_status">()([
  "open",
  "in_progress",
  "waiting",
  "resolved",
  "closed",
]);

export const statusColors = {
  open: "indigo",
  in_progress: "blue",
  waiting: "yellow",
  resolved: "teal",
  closed: "gray",
} as const;

export const priorityColors = {
  low: "gray",
  medium: "blue",
  high: "orange",
  urgent: "red",
} as const;

export interface TicketsSearch {
  readonly status?: (typeof ticketStatuses)[number] | undefined;
  /** Words of the tickets that are sought. */
  readonly q?: string | undefined;
}

export const ticketsSearch = (search: Record<string, unknown>): TicketsSearch => ({
  status: oneOf(ticketStatuses, search.status),
  q: text(search.q),
});

export interface DeskSearch extends TicketsSearch {
  readonly of?: "me" | "nobody" | undefined;
  readonly tag?: string | undefined;
}

export const deskSearch = (search: Record<string, unknown>): DeskSearch => ({
  ...ticketsSearch(search),
  of: oneOf(["me", "nobody"], search.of),
  tag: text(search.tag),
});

/** States of a mail that an agent can decide on; a mail with effect is in its ticket. */
export const mailStates = ["held", "refused", "ignored", "discarded"] as const;

interface MailsSearch {
  readonly state?: (typeof mailStates)[number] | undefined;
}

export const mailsSearch = (search: Record<string, unknown>): MailsSearch => ({
  state: oneOf(mailStates, search.state),
});
