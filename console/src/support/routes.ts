import { page } from "../app/root-route.tsx";
import { range } from "../shared/search.ts";
import { deskSearch, mailsSearch, ticketsSearch } from "./words.ts";

export const supportRoutes = [
  page("/tickets", () => import("./tickets.tsx"), ticketsSearch),
  page("/tickets/$id", () => import("./ticket.tsx")),
  page("/desk", () => import("../agent/desk.tsx"), deskSearch),
  page("/desk/$id", () => import("../agent/ticket.tsx")),
  page("/mails", () => import("../agent/mails.tsx"), mailsSearch),
  page("/mails/$id", () => import("../agent/mail.tsx")),
  page("/replies", () => import("../agent/replies.tsx")),
  page("/statistics", () => import("../agent/statistics.tsx"), range),
] as const;
