import { createPostgresConnection, type PostgresConnection } from "@supabase/lite/postgres";
import { Kysely, PostgresDialect, sql } from "kysely";
import type { PostgresType } from "postgres";
import { answerTypes } from "./answer-types.ts";
import { normalizeDatabaseError } from "./errors.ts";
import { jsonType, markJson } from "./json-arguments.ts";
import { Pool } from "./pool.ts";

type AnyAST = Parameters<PostgresConnection["onPostgrestAST"]>[0];

/** Settings of the request's role (`alter role … set`), which `set role` alone does not apply. */
export type RoleSettings = Map<string, [name: string, value: string][]>;

/** Connections that the REST API may use at once. */
const restConnections = 20;

/** A connection that may do what its login may, with the platform's answers to errors. */
export function openConnection(
  url: string,
  max: number,
  more: Record<string, PostgresType> = {},
): PostgresConnection {
  const types = { json: jsonType(114), jsonb: jsonType(3802), ...more };
  const connection = createPostgresConnection({ url, postgresOptions: { types } });
  const { options } = connection.driver;
  const pool = new Pool(url, max, {
    connection: options.connection,
    types: options.types,
    connect_timeout: 5, // seconds
    onnotice: () => {},
  });
  return Object.assign(connection, {
    normalizeDbError: normalizeDatabaseError,
    kysely: new Kysely({ dialect: new PostgresDialect({ pool }) }),
    close: () => pool.end(),
  });
}

interface RequestVariables {
  role: string;
  claims: Record<string, unknown>;
}

function readVariables(variables: unknown): RequestVariables {
  const auth = member(variables, "auth");
  const role = member(auth, "role");
  const claims = member(auth, "jwt");
  const name = typeof role === "string" && role !== "" ? role : "anon";
  return { role: name, claims: isRecord(claims) ? claims : { role: name } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function member(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

/**
 * The connection of the REST API: logs in as `authenticator`, which owns nothing and sees nothing, and becomes
 * the caller's role for each transaction, as PostgREST does.
 */
export function openRestConnection(
  url: string,
  schemaUrl: string,
  settings: RoleSettings,
): { connection: PostgresConnection; close(): Promise<void>; reloadSchema(): Promise<void> } {
  const connection = openConnection(url, restConnections, answerTypes);
  // `authenticator` sees no table in the information schema; the schema is read by a login that sees all.
  const reader = openConnection(schemaUrl, 1);
  const checkRelation = connection.onPostgrestAST.bind(connection);
  Object.assign(connection, {
    introspect: (options?: { useCache?: boolean }) => reader.introspect(options),
    // The library's own version grants ALL on every table to the API's roles at its first query, which undoes
    // every revoke and column grant of the migrations without a word.
    ensureRlsContext: async () => true,
    // The library's own version takes a round trip per setting, sets no claims for anon, and knows no settings of roles.
    applyJwtSessionContext: async (db: Kysely<unknown>, variables: unknown) => {
      const { role, claims } = readVariables(variables);
      const values: [string, string][] = [
        ["role", role],
        ["request.jwt.claims", JSON.stringify(claims)],
        ...(settings.get(role) ?? []),
      ];
      await applySettings(db, values);
    },
    onPostgrestAST: async (ast: AnyAST) => {
      const schema = await reader.introspect({ useCache: true });
      return markJson(await checkRelation(ast), schema);
    },
    applyRpcRequestGucs: async (db: Kysely<unknown>, request: unknown) => {
      await applySettings(db, [
        ["response.status", ""],
        ["response.headers", ""],
        ["request.method", String(member(request, "method"))],
        ["request.path", String(member(request, "path"))],
        ["request.headers", JSON.stringify(member(request, "requestHeaders") ?? {})],
      ]);
    },
  });
  return {
    connection,
    reloadSchema: async () => {
      await reader.clearSchemaCache();
      await reader.introspect({ useCache: true });
    },
    close: async () => {
      await Promise.all([connection.close(), reader.close()]);
    },
  };
}

async function applySettings(db: Kysely<unknown>, values: [string, string][]): Promise<void> {
  const calls = values.map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
  await sql`select ${sql.join(calls)}`.execute(db);
}

/** Reads what `alter role … set` says of the API's roles. */
export async function readRoleSettings(connection: PostgresConnection): Promise<RoleSettings> {
  const found = await sql<{ role: string; setting: string }>`
    select r.rolname as role, unnest(s.setconfig) as setting
    from pg_catalog.pg_db_role_setting s join pg_catalog.pg_roles r on r.oid = s.setrole
    where r.rolname in ('anon', 'authenticated', 'service_role')`.execute(connection.kysely);
  const settings: RoleSettings = new Map();
  for (const { role, setting } of found.rows) {
    const at = setting.indexOf("=");
    const list = settings.get(role) ?? [];
    list.push([setting.slice(0, at), setting.slice(at + 1)]);
    settings.set(role, list);
  }
  return settings;
}
