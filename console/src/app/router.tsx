import { createRouter } from "@tanstack/react-router";
import { accountRoutes } from "../account/routes.ts";
import { adminRoutes } from "../admin/routes.ts";
import { classRoutes } from "../classes/routes.ts";
import { customerRoutes } from "../customer/routes.ts";
import { supportRoutes } from "../support/routes.ts";
import { page, rootRoute } from "./root-route.tsx";

const home = page("/", () => import("./home.tsx"));

const tree = rootRoute.addChildren([
  home,
  ...customerRoutes,
  ...classRoutes,
  ...supportRoutes,
  ...accountRoutes,
  ...adminRoutes,
]);

export function createAppRouter() {
  return createRouter({
    routeTree: tree,
    basepath: import.meta.env.BASE_URL,
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
