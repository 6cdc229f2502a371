import type { Db } from "../core/db.ts";
import { requirePlatform } from "../core/env.ts";
import { refusal } from "../core/errors.ts";
import { type Route, routesFor } from "./route.ts";
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
 * Declares a route for signed-in users: what it takes, what it does and how it answers.
 * @example
 * export const readSurvey = userRoute("GET /ticket-survey", {
 *   summary: "The ratings of a ticket",
 *   query: z.object({ ticket_id: uuid }),
 *   answers: { 200: "TicketSurvey" },
 *   rpcs: ["ticket_survey"],
 *   handle: ({ db, query }) => rpc(db, "ticket_survey", { p_ticket_id: query.ticket_id }),
 * });
 */
export const userRoute = routesFor<UserContext>();

/**
 * A function for signed-in users. Without a valid access token it is a 401, with an unknown method
 * a 405; whatever a handler throws or returns becomes the response.
 * @example export default withUser([readSurvey, submitSurvey]);
 * @throws EnvironmentError at the start, naming the variable that is not set
 */
export function withUser(routes: readonly Route<UserContext>[]) {
  requirePlatform("user");
  const fetch = serve({
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
  return { fetch, routes, caller: "user" } as const;
}
