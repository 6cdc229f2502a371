import { page } from "../app/root-route.tsx";

export const accountRoutes = [
  page("/notifications", () => import("./notifications.tsx")),
  page("/account", () => import("./account.tsx")),
] as const;
