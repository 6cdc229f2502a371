import { join } from "node:path";
import pg from "pg";
import { AuditError, readProjectFacts } from "switchboard-audit";
import {
  type MigrationFile,
  readMigrationFiles,
  readSchema,
  type Schema,
  schemaOfMigrations,
} from "switchboard-audit/schema";
import { type ReferenceRows, readReferenceRows } from "../reference-rows.ts";
import { compareSchemas } from "./compare.ts";
import { compareRows } from "./compare-rows.ts";
import { checkAuth, checkFunctions, checkSecrets } from "./functions.ts";
import { checkHealth } from "./health.ts";
import type { SchemaObject } from "./objects.ts";
import { type Item, type Mend, totalsOf, type VerifyReport } from "./report.ts";

export interface VerifyOptions {
  /** The deployed database; read only. */
  databaseUrl: string;
  /** `…/functions/v1`; without it the functions are not asked. */
  functionsUrl?: string;
  /** With it Auth's public settings are asked for. */
  publishableKey?: string;
  /** The project's folder. */
  root: string;
  /** What this version's migrations make, where that was built already. */
  expected?: Expected;
  /** Names of the functions' secrets: `supabase secrets list --output json`, or an env file. */
  secretsFile?: string;
  onProgress?: (line: string) => void;
  onScratch?: (stop: () => Promise<void>) => void;
}

/** What the migrations of this version make: the schema, and the rows that its rules need. */
export interface Expected {
  schema: Schema;
  rows: ReferenceRows;
}

/**
 * The checklist after a deployment: what the migrations of this version make, compared with the deployment.
 * @throws AuditError when the database refuses or the migrations do not apply
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const folder = join(options.root, "supabase", "migrations");
  const files = readMigrationFiles(folder);
  // A wrong address is reported before a scratch database is built.
  await withDatabase(options.databaseUrl, (client) => client.query("select 1"));
  const expected = options.expected ?? (await buildExpected(options));
  options.onProgress?.("reading the deployed database");
  const { live, versions, health, rows } = await withDatabase(
    options.databaseUrl,
    async (client) => ({
      live: await readSchema(client),
      ...(await readOnly(client, async () => ({
        versions: await appliedVersions(client),
        health: await checkHealth(client, expected.schema),
        rows: await readReferenceRows(client, new Set(expected.rows.keys())),
      }))),
    }),
  );
  const missing = files.filter((file) => !versions.has(versionOf(file)));
  const { edgeFunctions } = readProjectFacts(join(options.root, "supabase"));
  const items: Item[] = [
    ...files.map((file): Item => {
      const isThere = versions.has(versionOf(file));
      return {
        kind: "migration",
        name: file.name,
        state: isThere ? "present" : "missing",
        detail: null,
        mend: isThere ? null : push,
      };
    }),
    ...compareSchemas(expected.schema, live, (object) => mendByMigration(object, missing)),
    ...compareRows(expected.rows, rows),
    ...health,
    ...checkSecrets(options.secretsFile ?? null),
    ...(options.functionsUrl === undefined
      ? []
      : await checkFunctions(options.functionsUrl, edgeFunctions ?? [])),
    ...(options.functionsUrl === undefined || options.publishableKey === undefined
      ? []
      : await checkAuth(options.functionsUrl, options.publishableKey)),
  ];
  return { items, totals: totalsOf(items) };
}

/**
 * Builds what the migrations of this version make, in a scratch database that is gone afterwards.
 * @throws AuditError when they do not apply
 */
export async function buildExpected(
  options: Pick<VerifyOptions, "root" | "onProgress" | "onScratch">,
): Promise<Expected> {
  let rows: ReferenceRows = new Map();
  const { schema, applied } = await schemaOfMigrations(
    join(options.root, "supabase", "migrations"),
    {
      strict: true,
      onBuilt: async (url) => {
        rows = await withDatabase(url, readReferenceRows);
      },
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(options.onScratch === undefined ? {} : { onStart: options.onScratch }),
    },
  );
  if (applied.stopped_at !== null) {
    throw new AuditError(
      `The migrations of this version do not apply: ${applied.stopped_at}: ${applied.reports.at(-1)?.reason ?? ""}.`,
    );
  }
  return { schema, rows };
}

const push: Mend = { shell: `npx supabase db push --remote="$DB_URL"` };
const versionOf = (file: MigrationFile): string => file.name.split("_")[0] ?? "";

/** Pushing, when a migration that names the thing is not applied. */
function mendByMigration(object: SchemaObject, missing: readonly MigrationFile[]): Mend | null {
  const name = object.name.replace(/\(.*$/, "").replace(/^"?(.*?)"?$/, "$1");
  const names = (file: MigrationFile) => file.sql.includes(name.split(" ")[0] ?? name);
  return missing.some(names) ? push : null;
}

/** Opens a database for reading. @throws AuditError when it refuses or does not answer */
async function withDatabase<Result>(
  url: string,
  read: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: "switchboard verify",
  });
  client.on("error", () => {});
  try {
    await client.connect();
    return await read(client);
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new AuditError(`The database cannot be read: ${reason}.`);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Reads in one transaction that may not write. Nothing is set for the session: behind a pooler it is the session of
 * whoever comes next.
 */
async function readOnly<Result>(client: pg.Client, read: () => Promise<Result>): Promise<Result> {
  await client.query("begin transaction isolation level repeatable read read only");
  try {
    await client.query("set local statement_timeout = '60s'");
    return await read();
  } finally {
    await client.query("rollback");
  }
}

async function appliedVersions(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass('supabase_migrations.schema_migrations') is not null as there",
  );
  if (rows[0]?.there !== true) return new Set();
  const applied = await client.query<{ version: string }>(
    "select version from supabase_migrations.schema_migrations",
  );
  return new Set(applied.rows.map((row) => row.version));
}
