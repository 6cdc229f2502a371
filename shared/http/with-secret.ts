import type { Db } from "../core/db.ts";
import { requirePlatform } from "../core/env.ts";
import type { Routes } from "./routes.ts";
import { type RequestContext, serve } from "./with-supabase.ts";

/** A handler's view of a request that carries one of the project's secret keys. */
export interface SecretContext extends RequestContext {
  /** A client with the secret key, past RLS. */
  readonly db: Db;
}

/**
 * A function for the project's own machinery: the caller proves itself with a secret key in `apikey`.
 * @example
 * export default { fetch: withSecret({ POST: ({ db }) => runMaintenance(db) }) };
 * @throws EnvironmentError at the start, naming the variable that is not set
 */
export function withSecret(routes: Routes<SecretContext>): (request: Request) => Promise<Response> {
  requirePlatform("secret");
  return serve({
    auth: "secret:*",
    routes,
    context: (base, supabase) => ({ ...base, db: supabase.supabaseAdmin }),
  });
}
