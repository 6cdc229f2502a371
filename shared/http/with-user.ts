import type { Db } from "../core/db.ts";
import { requirePlatform } from "../core/env.ts";
import { refusal } from "../core/errors.ts";
import type { Routes } from "./routes.ts";
import { type RequestContext, type ServiceAccess, serve } from "./with-supabase.ts";

/** A handler's view of a signed-in user's request. */
export interface UserContext extends RequestContext, ServiceAccess {
  /** A client with the caller's own rights: RLS decides. */
  readonly db: Db;
  readonly user: {
    /** `auth.users.id`, verified. */
    readonly id: string;
    readonly email: string | undefined;
  };
}

/**
 * A function for signed-in users. Without a valid access token it is a 401, with an unknown method
 * a 405; whatever a handler throws or returns becomes the response.
 * @example
 * export default {
 *   fetch: withUser({
 *     GET: async ({ query, db }) => readSurvey(db, await query(SurveyQuery)),
 *     "DELETE /:id": ({ params, db }) => removeAttachment(db, params.uuid("id")),
 *   }),
 * };
 * @throws EnvironmentError at the start, naming the variable that is not set
 */
export function withUser(routes: Routes<UserContext>): (request: Request) => Promise<Response> {
  requirePlatform("user");
  return serve({
    auth: "user",
    routes,
    context: (base, supabase) => {
      if (!supabase.userClaims) throw refusal("unauthenticated");
      const { id, email } = supabase.userClaims;
      return {
        ...base,
        db: supabase.supabase,
        user: { id, email },
        service: () => supabase.supabaseAdmin,
      };
    },
  });
}
