import { type SupabaseContext, withSupabase } from "@supabase/server";
import type { z } from "zod";
import type { Database } from "../../supabase/database.types.ts";
import type { Db } from "../core/db.ts";
import { refusal, unavailable } from "../core/errors.ts";
import type { AddToLog } from "../core/log.ts";
import { idempotencyKeyOf } from "./idempotency.ts";
import { type Observed, observe } from "./observe.ts";
import { type Params, paramsOf } from "./params.ts";
import { readQuery } from "./query.ts";
import { type Form, readForm } from "./read-form.ts";
import { readJson } from "./read-json.ts";
import { failed, succeeded } from "./respond.ts";
import { placeOf, type Routes, router } from "./routes.ts";

/** What a handler gets, whoever calls. */
export interface RequestContext {
  readonly request: Request;
  readonly url: URL;
  readonly params: Params;
  /** Reads the query string through a schema. See `readQuery`. */
  query<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>>;
  /** Reads the JSON body through a schema; at most 256 KiB unless said. See `readJson`. */
  body<Schema extends z.ZodType>(schema: Schema, maxBytes?: number): Promise<z.output<Schema>>;
  /** Reads a form with files of at most so many bytes. See `readForm`. */
  form(maxBytes: number): Promise<Form>;
  idempotencyKey(): string | null;
  readonly requestId: string;
  readonly log: AddToLog;
}

type Supabase = SupabaseContext<Database>;

interface Options<Context> {
  readonly auth: "user" | "secret:*";
  readonly routes: Routes<Context>;
  readonly context: (base: RequestContext, supabase: Supabase) => Context;
}

function requestContext(
  request: Request,
  values: Readonly<Record<string, string>>,
  { requestId, log }: Observed,
): RequestContext {
  const url = new URL(request.url);
  return {
    request,
    url,
    params: paramsOf(values),
    query: (schema) => readQuery(url, schema),
    body: (schema, maxBytes) => readJson(request, schema, maxBytes),
    form: (maxBytes) => readForm(request, maxBytes),
    idempotencyKey: () => idempotencyKeyOf(request),
    requestId,
    log,
  };
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
 * Routes behind `@supabase/server`: its authentication and CORS, our errors, ids and log line.
 * `withUser` and `withSecret` are the two uses.
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
        const { handler, params } = find(request.method, placeOf(new URL(request.url)).segments);
        const base = requestContext(request, params, observed);
        return succeeded(await handler(context(base, supabase)));
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
