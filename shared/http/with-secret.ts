import type { Db } from "../core/db.ts";
import { requirePlatform } from "../core/env.ts";
import { type Route, routesFor } from "./route.ts";
import { type RequestContext, serve } from "./with-supabase.ts";

/** A handler's view of a request that carries one of the project's secret keys. */
export interface SecretContext extends RequestContext {
  /** A client with the secret key, past RLS. */
  readonly db: Db;
}

/** Declares a route for the project's own machinery. See `userRoute`. */
export const secretRoute = routesFor<SecretContext>();

/**
 * A function for the project's own machinery: the caller proves itself with a secret key in `apikey`.
 * @example export default withSecret([runMaintenance]);
 * @throws EnvironmentError at the start, naming the variable that is not set
 */
export function withSecret(routes: readonly Route<SecretContext>[]) {
  requirePlatform("secret");
  const fetch = serve({
    auth: "secret:*",
    routes,
    context: (base, supabase) => ({ ...base, db: supabase.supabaseAdmin }),
  });
  return { fetch, routes, caller: "secret" } as const;
}
