import { createRootRoute, createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Failure } from "../shared/failure.tsx";
import { Empty, Waiting } from "../shared/page.tsx";
import { Frame } from "./frame.tsx";

export const rootRoute = createRootRoute({
  component: Frame,
  errorComponent: ({ error, reset }): ReactNode => <Failure error={error} onRetry={reset} />,
  notFoundComponent: (): ReactNode => (
    <Empty title="There is no such page">Choose one from the menu.</Empty>
  ),
});

/** A page's component, which is loaded when somebody opens it. */
interface PageModule {
  readonly default: () => ReactNode;
}

/** A route of the console: its address, what of the address its page reads, and where the page is. */
export function page<Path extends string, Search extends object = Record<never, never>>(
  path: Path,
  load: () => Promise<PageModule>,
  validateSearch?: (search: Record<string, unknown>) => Search,
) {
  return createRoute({
    getParentRoute: () => rootRoute,
    path,
    component: lazyRouteComponent(load),
    pendingComponent: Waiting,
    errorComponent: ({ error, reset }): ReactNode => <Failure error={error} onRetry={reset} />,
    ...(validateSearch === undefined ? {} : { validateSearch }),
  });
}
