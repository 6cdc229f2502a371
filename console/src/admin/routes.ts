import { page } from "../app/root-route.tsx";
import { accountsSearch, eventsSearch, tasksSearch, tenantsSearch } from "./filters.ts";

/** The operator's pages. */
export const adminRoutes = [
  page("/admin", () => import("./overview.tsx")),
  page("/admin/tenants", () => import("./tenants.tsx"), tenantsSearch),
  page("/admin/accounts", () => import("./accounts.tsx"), accountsSearch),
  page("/admin/accounts/$id", () => import("./account.tsx")),
  page("/admin/events", () => import("./events.tsx"), eventsSearch),
  page("/admin/events/$id", () => import("./event.tsx")),
  page("/admin/tasks", () => import("./tasks.tsx"), tasksSearch),
  page("/admin/jobs", () => import("./jobs.tsx")),
  page("/admin/meetings", () => import("./meetings.tsx")),
  page("/admin/settings", () => import("./settings.tsx")),
  page("/admin/audit-log", () => import("./audit-log.tsx")),
] as const;
