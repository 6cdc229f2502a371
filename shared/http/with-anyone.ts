import { requirePlatform } from "../core/env.ts";
import { type Route, routesFor } from "./route.ts";
import { type RequestContext, type ServiceAccess, serve } from "./with-supabase.ts";

/** A handler's view of a request by anybody: what proves a right is in the request, such as a signed token. */
export type AnyoneContext = RequestContext & ServiceAccess;

/** Declares a route that needs no sign-in. See `userRoute`. */
export const anyoneRoute = routesFor<AnyoneContext>();

/**
 * A function for links that people follow without a sign-in. It has no client of a caller's: each step is a function
 * for the server alone that takes what the token proves.
 * @example export default withAnyone([readUnsubscribe, unsubscribe]);
 * @throws EnvironmentError at the start, naming the variable that is not set
 */
export function withAnyone(routes: readonly Route<AnyoneContext>[]) {
  requirePlatform("provider");
  const fetch = serve({
    auth: "none",
    routes,
    context: (base, supabase) => ({ ...base, service: () => supabase.supabaseAdmin }),
  });
  return { fetch, routes, caller: "anyone" } as const;
}
