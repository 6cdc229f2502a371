import { AsyncLocalStorage } from "node:async_hooks";
import type { PostgresConnection } from "./library.ts";

type Schema = Awaited<ReturnType<PostgresConnection["introspect"]>>;
export type Setting = [name: string, value: string];

/** The settings of functions (`set statement_timeout = …`) that PostgREST applies to the whole call, by name. */
export type FunctionSettings = Map<string, Setting[]>;

export const functionSettingsQuery = `
  select n.nspname || '.' || p.proname as function, s.setting
  from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  cross join lateral unnest(p.proconfig) as s (setting)
  where s.setting like 'statement_timeout=%'`;

/** What PostgREST says of the request to the transaction: method, path and headers, and whether it may write. */
interface RestRequest {
  request: Request;
  /** Columns that an upsert sets, once they are known: the caller needs UPDATE on each of them. */
  upsert?: { table: string; columns: string[] };
}

const current = new AsyncLocalStorage<RestRequest>();

export const currentRequest = (): RestRequest | undefined => current.getStore();
export const duringRequest = <T>(request: Request, run: () => Promise<T>): Promise<T> =>
  current.run({ request }, run);

export function settingsOf(
  { request }: RestRequest,
  schema: Schema,
  ofFunctions: FunctionSettings,
): Setting[] {
  const { method, headers } = request;
  const path = new URL(request.url).pathname.slice("/rest/v1".length);
  const settings: Setting[] = [
    ["request.method", method],
    ["request.path", path],
    ["request.headers", JSON.stringify(Object.fromEntries(headers))],
  ];
  const zone = /(?:^|[,\s])timezone=([^,\s]+)/.exec(headers.get("prefer") ?? "")?.[1];
  if (zone !== undefined && schema.timezones?.includes(zone) === true) {
    settings.push(["timezone", zone]);
  }
  const name = /^\/rpc\/([^/]+)$/.exec(path)?.[1];
  const profile = headers.get(
    method === "GET" || method === "HEAD" ? "accept-profile" : "content-profile",
  );
  const called =
    name === undefined
      ? []
      : (schema.functions ?? []).filter(
          (f) => f.name === decodeURIComponent(name) && f.schema === (profile ?? "public"),
        );
  const [first] = called;
  if (first !== undefined)
    settings.push(...(ofFunctions.get(`${first.schema}.${first.name}`) ?? []));
  const onlyReads =
    method === "GET" ||
    method === "HEAD" ||
    (called.length > 0 && called.every(({ volatility }) => volatility !== "v"));
  if (onlyReads) settings.push(["transaction_read_only", "on"]);
  return settings;
}
