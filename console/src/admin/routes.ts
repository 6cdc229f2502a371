import { page } from "../app/root-route.tsx";

/** The operator's pages. */
export const adminRoutes = [page("/admin", () => import("./overview.tsx"))] as const;
