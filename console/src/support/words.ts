import { oneOf } from "../shared/search.ts";

export const categories = [
  "technical",
  "billing",
  "academic",
  "enrollment",
  "account",
  "general",
] as const;
export const priorities = ["low", "medium", "high", "urgent"] as const;
export const ticketStatuses = ["open", "in_progress", "waiting", "resolved", "closed"] as const;

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
