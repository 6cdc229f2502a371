import type { Keys } from "../keys.ts";
import { captureConsole, type LineLog } from "../logs.ts";
import type { ProjectConfig } from "../project.ts";
import { builtInArrays, parserOf } from "./answer-types.ts";
import { openConnection, openRestConnection, readRoleSettings } from "./connection.ts";
import { foldFilters } from "./filters.ts";
import {
  App,
  type IAppConfig,
  ResendEmailDriver,
  type ResendEmailDriverOptions,
} from "./library.ts";
import { refuseMalformed } from "./malformed.ts";
import { restoreDigits } from "./raw-text.ts";
import { duringRequest } from "./request-settings.ts";

type ServerOptions = NonNullable<NonNullable<IAppConfig["options"]>["server"]>;
type RequestMiddleware = NonNullable<ServerOptions["middlewares"]>[number];

export interface ApiOptions {
  keys: Keys;
  config: ProjectConfig;
  /** A connection string for a login role. */
  databaseUrl: (role: string) => string;
  /** The gateway's address, for links in mails. */
  publicUrl: () => string;
  /** Where Auth sends its mails. */
  mail: () => ResendEmailDriverOptions;
  log: LineLog;
}

/** The REST API and Auth of the stack, as functions from request to response. */
export interface Api {
  /** Paths below `/rest/v1` and `/auth/v1`. */
  handle(request: Request): Promise<Response>;
  /** Reads the schema again, as PostgREST does on `notify pgrst, 'reload schema'`. */
  reloadSchema(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The library asks Auth's tables for the token's user and session at every request, and throws the answer away;
 * with both names set it does not. The login of the REST API may not read those tables, and PostgREST never asks.
 * The verified token alone says who the caller is (see connection.ts), never these names.
 */
const skipUserLookup: RequestMiddleware = async (context, next) => {
  context.set("userId", "not looked up");
  context.set("sessionId", "not looked up");
  await next();
};

function fold(request: Request): Request {
  const url = new URL(request.url);
  const search = foldFilters(url.searchParams);
  if (search.toString() === url.searchParams.toString()) return request;
  url.search = search.toString();
  return new Request(url, request);
}

/** The answer with every digit of its numbers. */
async function withDigits(answer: Response): Promise<Response> {
  if (answer.body === null) return answer;
  const { status, headers } = answer;
  const text = await answer.text();
  const restored = restoreDigits(text);
  if (restored !== text) headers.delete("content-length");
  return new Response(restored, { status, headers });
}

/**
 * Starts both on migrated data: the schema is read once. Auth has a login and an app of its own, so that no
 * request to the REST API shares a connection that may read `auth.users`.
 */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { keys, config, databaseUrl, log } = options;
  const superuser = databaseUrl("supabase_admin");
  const reader = openConnection(superuser, 1);
  const settings = await readRoleSettings(reader);
  await reader.close();

  const rest = openRestConnection(databaseUrl("authenticator"), superuser, settings);
  // Auth writes its JSON columns as text, and reads them so.
  const text = (value: string) => value;
  const types = parserOf(() => builtInArrays, { 114: text, 3802: text });
  const auth = openConnection(databaseUrl("supabase_auth_admin"), 10, types);
  const secrets = {
    enabled: true,
    jwt_secret: keys.jwt_secret,
    publishable_key: keys.publishable_key,
    secret_key: keys.secret_key,
  };
  const server = { disableStudio: true, admin: false };
  const restApp = new App({
    connection: rest.connection,
    api: { enabled: true, schemas: config.api.schemas, max_rows: config.api.max_rows },
    auth: secrets,
    options: { server: { ...server, middlewares: [skipUserLookup] } },
  });
  const authApp = new App({
    connection: auth,
    api: { enabled: false },
    auth: { ...secrets, ...config.auth, site_url: config.auth.site_url ?? options.publicUrl() },
    options: { server, drivers: { email: new ResendEmailDriver(options.mail()) } },
  });
  await captureConsole(log, async () => {
    await Promise.all([restApp.init(), authApp.init(), rest.reloadSchema()]);
  });

  return {
    // The library writes every error to the console. Our console is for people, so these errors go to a file.
    handle: (request) => {
      if (new URL(request.url).pathname.startsWith("/auth/v1")) {
        return captureConsole(log, () => authApp.fetch(request));
      }
      return captureConsole(log, async () => {
        const given = await refuseMalformed(request);
        if (given instanceof Response) return given;
        const folded = fold(given);
        return withDigits(await duringRequest(folded, async () => await restApp.fetch(folded)));
      });
    },
    reloadSchema: () => captureConsole(log, rest.reloadSchema),
    close: async () => {
      await Promise.all([rest.close(), auth.close()]);
    },
  };
}
