import { Kysely, PostgresDialect, sql } from "kysely";
import { type ArrayTypes, arrayTypesQuery, builtInArrays, parserOf } from "./answer-types.ts";
import { normalizeDatabaseError } from "./errors.ts";
import { markJson } from "./json-arguments.ts";
import { createPostgresConnection, type PostgresConnection } from "./library.ts";
import { Pool } from "./pool.ts";
import {
  currentRequest,
  type FunctionSettings,
  functionSettingsQuery,
  type Setting,
  settingsOf,
} from "./request-settings.ts";
import { rewrite } from "./rewrite.ts";

type AnyAST = Parameters<PostgresConnection["onPostgrestAST"]>[0];

/** Settings of the request's role (`alter role … set`), which `set role` alone does not apply. */
export type RoleSettings = Map<string, [name: string, value: string][]>;

/** Connections that the REST API may use at once. */
const restConnections = 20;

/** A connection that may do what its login may, with the platform's answers to errors. */
export function openConnection(
  url: string,
  max: number,
  parse: ReturnType<typeof parserOf> = parserOf(() => builtInArrays),
): PostgresConnection {
  // The library's own client of the database opens no connection before its first query, and gets none.
  const connection = createPostgresConnection({ url });
  const pool = new Pool({ url, max, parserOf: parse });
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
  let arrays: ArrayTypes = builtInArrays;
  const connection = openConnection(
    url,
    restConnections,
    parserOf(() => arrays),
  );
  // `authenticator` sees no table in the information schema; the schema is read by a login that sees all.
  const reader = openConnection(schemaUrl, 1);
  const checkRelation = connection.onPostgrestAST.bind(connection);
  const withContext = connection.withContext.bind(connection);
  let functionSettings: FunctionSettings = new Map();
  Object.assign(connection, {
    introspect: (options?: { useCache?: boolean }) => reader.introspect(options),
    // The library's own version grants ALL on every table to the API's roles at its first query, which undoes
    // every revoke and column grant of the migrations without a word.
    ensureRlsContext: async () => true,
    // The library's own version takes a round trip per setting, sets no claims for anon, and knows no settings of roles.
    applyJwtSessionContext: async (db: Kysely<unknown>, variables: unknown) => {
      const { role, claims } = readVariables(variables);
      const request = currentRequest();
      const schema = await reader.introspect({ useCache: true });
      const values: Setting[] = [
        ["role", role],
        ["request.jwt.claims", JSON.stringify(claims)],
        ["response.status", ""],
        ["response.headers", ""],
        ...(settings.get(role) ?? []),
        ...(request === undefined ? [] : settingsOf(request, schema, functionSettings)),
      ];
      await applySettings(db, values);
      if (request?.upsert !== undefined) await checkUpsert(db, request.upsert);
    },
    onPostgrestAST: async (ast: AnyAST) => {
      const schema = await reader.introspect({ useCache: true });
      return markJson(rewrite(await checkRelation(ast), schema), schema);
    },
    applyRpcRequestGucs: async () => {},
    withContext: async (...given: Parameters<typeof withContext>) => {
      const deadline = Date.now() + retryMs;
      for (;;) {
        try {
          return await withContext(...given);
        } catch (error) {
          if (!isConflict(error) || Date.now() > deadline) throw error;
        }
      }
    },
  });
  return {
    connection,
    reloadSchema: async () => {
      await reader.clearSchemaCache();
      await reader.introspect({ useCache: true });
      const found = await sql<{
        oid: number;
        element: number;
      }>`${sql.raw(arrayTypesQuery)}`.execute(reader.kysely);
      arrays = new Map(found.rows.map(({ oid, element }) => [oid, element]));
      functionSettings = await readFunctionSettings(reader);
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

/** Runs transactions again that Postgres aborted in favour of another one, as PostgREST does; PostgREST would do so without end. */
const retryMs = 10_000;

function isConflict(error: unknown): boolean {
  const code = member(error, "code");
  return code === "40001" || code === "40P01";
}

/** Refuses an upsert as Postgres refuses PostgREST's, which sets every column that was sent. */
async function checkUpsert(
  db: Kysely<unknown>,
  { table, columns }: { table: string; columns: string[] },
): Promise<void> {
  const { rows } = await sql<{ may: boolean }>`
    select coalesce(bool_and(has_column_privilege(${table}::regclass, a.attname, 'update')), true) as may
    from pg_catalog.pg_attribute a
    where a.attrelid = ${table}::regclass and a.attname = any (${columns}) and a.attnum > 0`.execute(
    db,
  );
  if (rows[0]?.may === true) return;
  throw Object.assign(new Error(`permission denied for table ${table.replace(/^[^.]*\./, "")}`), {
    code: "42501",
  });
}

async function readFunctionSettings(connection: PostgresConnection): Promise<FunctionSettings> {
  const found = await sql<{
    function: string;
    setting: string;
  }>`${sql.raw(functionSettingsQuery)}`.execute(connection.kysely);
  return new Map(
    found.rows.map(({ function: name, setting }) => [
      name,
      [["statement_timeout", setting.slice("statement_timeout=".length)]],
    ]),
  );
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
