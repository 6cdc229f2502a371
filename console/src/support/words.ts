import { valuesOf } from "../shared/enums.ts";
import { oneOf } from "../shared/search.ts";

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
}

export const ticketsSearch = (search: Record<string, unknown>): TicketsSearch => ({
  status: oneOf(ticketStatuses, search.status),
});

export interface DeskSearch extends TicketsSearch {
  readonly of?: "me" | "nobody" | undefined;
}

export const deskSearch = (search: Record<string, unknown>): DeskSearch => ({
  ...ticketsSearch(search),
  of: oneOf(["me", "nobody"], search.of),
});
