import { page } from "../app/root-route.tsx";
import { callsSearch, dashboardSearch } from "./filters.ts";

export const customerRoutes = [
  page("/usage", () => import("./usage.tsx")),
  page("/dashboard", () => import("./dashboard.tsx"), dashboardSearch),
  page("/calls", () => import("./calls.tsx"), callsSearch),
  page("/calls/$id", () => import("./call.tsx")),
  page("/assistants", () => import("./assistants.tsx")),
  page("/numbers", () => import("./numbers.tsx")),
] as const;
