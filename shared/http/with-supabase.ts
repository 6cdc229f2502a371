import { type SupabaseContext, withSupabase } from "@supabase/server";
import type { Database } from "../../supabase/database.types.ts";
import type { Db } from "../core/db.ts";
import { refusal, unavailable } from "../core/errors.ts";
import type { AddToLog } from "../core/log.ts";
import { idempotencyKeyOf } from "./idempotency.ts";
import { parseInput } from "./input.ts";
import { type Observed, observe } from "./observe.ts";
import { readForm } from "./read-form.ts";
import { readJson } from "./read-json.ts";
import { readQuery } from "./read-query.ts";
import { failed, succeeded } from "./respond.ts";
import type { Route } from "./route.ts";
import { router } from "./routes.ts";

/** What a handler gets beside the parsed parts of the request, whoever calls. */
export interface RequestContext {
  readonly request: Request;
  /** The request's `Idempotency-Key`; null without one, and for a route that takes none. */
  readonly idempotencyKey: string | null;
  readonly requestId: string;
  readonly log: AddToLog;
}

type Supabase = SupabaseContext<Database>;

interface Options<Context> {
  readonly auth: "user" | "secret:*" | "none";
  readonly routes: readonly Route<Context>[];
  readonly context: (base: RequestContext, supabase: Supabase) => Context;
}

/** The body as its route declares it; undefined for a route that takes none. */
async function readBody<Context>(request: Request, { body, media, maxBytes }: Route<Context>) {
  if (body === undefined) return undefined;
  return media === undefined
    ? await readJson(request, body, maxBytes)
    : await parseInput(body, await readForm(request, maxBytes));
}

/** What supabase-js may send beyond the library's list (a region, a trace), and what our API adds. */
const ALLOWED = ", x-region, traceparent, tracestate, baggage, idempotency-key, x-request-id";
const EXPOSED = "x-request-id, retry-after, content-disposition";

/** The library's CORS, which knows nothing of the headers that this API adds. */
function extendCors(response: Response): Response {
  const allowed = response.headers.get("access-control-allow-headers");
  if (allowed === null) return response;
  response.headers.set("access-control-allow-headers", allowed + ALLOWED);
  response.headers.set("access-control-expose-headers", EXPOSED);
  return response;
}

/** The library's own refusal in our shape, with its CORS headers. */
async function reshaped(response: Response, { requestId, log }: Observed): Promise<Response> {
  await response.body?.cancel();
  const error =
    response.status === 401
      ? refusal("unauthenticated", undefined, { headers: { "www-authenticate": "Bearer" } })
      : unavailable("platform_configuration");
  const own = failed(error, requestId, log);
  for (const [name, value] of response.headers) {
    if (name.startsWith("access-control-")) own.headers.set(name, value);
  }
  return own;
}

/**
 * Routes behind `@supabase/server`: its authentication and CORS, our parsing, errors, ids and log line.
 * `withUser`, `withSecret` and `withAnyone` are the uses.
 * @see node_modules/@supabase/server/docs/security.md
 */
export function serve<Context>({ auth, routes, context }: Options<Context>) {
  const find = router(routes);
  return observe(async (request, observed) => {
    let isAuthenticated = false;
    const guarded = withSupabase<Database>({ auth }, async (_, supabase) => {
      isAuthenticated = true;
      const { requestId, log } = observed;
      if (supabase.userClaims) log({ user: supabase.userClaims.id });
      try {
        const { route, params } = find(request);
        const query = route.query && (await readQuery(new URL(request.url), route.query));
        const idempotencyKey = route.isIdempotent ? idempotencyKeyOf(request) : null;
        const body = await readBody(request, route);
        const base = { request, idempotencyKey, requestId, log };
        const result = await route.handle({ ...context(base, supabase), params, query, body });
        return succeeded(result, route.answers);
      } catch (error) {
        return failed(error, requestId, log);
      }
    });
    const response = await guarded(request);
    const isOurs = isAuthenticated || response.ok;
    return extendCors(isOurs ? response : await reshaped(response, observed));
  });
}

/** The part of a context that opens the way past RLS; named so that its use is easy to find. */
export interface ServiceAccess {
  /** The client with the secret key: only for the single steps that docs/architecture.md names, after an authorisation as the caller. */
  service(): Db;
}
