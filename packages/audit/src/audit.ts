import { resolve } from "node:path";
import { auditCode } from "./audit-code.ts";
import { checkSchema } from "./checks/check-schema.ts";
import type { Wants } from "./checks/wants.ts";
import { readSources } from "./code/source-files.ts";
import { schemaOfDatabase, schemaOfMigrations } from "./database-schema.ts";
import { notAppliedFiles, withHints } from "./hints.ts";
import { readProjectFacts, supabaseFolderOf } from "./project.ts";
import type { AuditReport } from "./report.ts";
import type { Schema } from "./schema/model.ts";
import type { AppliedMigrations } from "./scratch/apply.ts";
import { namesInRows, readMigrationFiles } from "./scratch/migration-files.ts";
import { countSchema } from "./totals.ts";

export interface AuditOptions {
  /** Folder of the code. */
  code: string;
  /** The database: a folder of migrations to build it from, or a live database to read. */
  database: { migrations: string; strict?: boolean } | { url: string };
  /** Folder with `config.toml` and `functions/`; found beside the migrations, or in `<code>/supabase`. */
  supabase?: string;
  /** Further folders to leave out, by name or path. */
  exclude?: readonly string[];
  /** Schemas that the API serves; from `config.toml`, else `public`. */
  exposed?: readonly string[];
  /** How long one statement of a migration may run; 60 s if not said. */
  statementLimitMs?: number;
  onProgress?: (line: string) => void;
  onScratch?: (stop: () => Promise<void>) => void;
}

export interface Audit {
  report: AuditReport;
  schema: Schema;
  /** What a draft migration would add. */
  wants: Wants;
}

/**
 * Finds what the code uses and the database lacks, and what is doubtful in the schema. The code is never executed;
 * migrations run in a scratch database of their own.
 * @throws AuditError when there is nothing to audit, or the database refuses
 */
export async function audit(options: AuditOptions): Promise<Audit> {
  const code = resolve(options.code);
  // A wrong folder is reported before a database is built.
  const sources = readSources(code, {
    exclude: options.exclude ?? [],
    migrations: "migrations" in options.database ? resolve(options.database.migrations) : undefined,
  });
  const built = await databaseOf(options);
  const folder =
    options.supabase ??
    ("migrations" in options.database
      ? supabaseFolderOf(resolve(options.database.migrations))
      : `${code}/supabase`);
  const facts = readProjectFacts(resolve(folder), sources.supabaseFolders);
  const { context, against } = await auditCode(code, built.schema, facts, {
    sources,
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  const exposed = options.exposed ?? facts.exposedSchemas ?? ["public"];
  const meant = await schemaMeant(options, built.applied);
  const remaining = meant === null ? null : against(meant).findings;
  const report: AuditReport = {
    code: withHints(context.findings, built.notApplied, remaining).sort(byPlace),
    schema: checkSchema(
      built.schema,
      exposed,
      new Set([...context.used, ...built.namesInRows]),
      sources.sql,
    ),
    dynamic: context.dynamic.sort(byPlace),
    migrations: built.applied,
    totals: {
      ...countSchema(built.schema),
      migrations: built.applied?.files ?? 0,
      references_checked: context.checked,
      references_dynamic: context.dynamic.length,
      source_files: sources.files.length,
    },
    skipped_files: sources.tooLarge,
    skipped_folders: sources.leftOut,
    skipped_projects: sources.otherProjects,
    skipped_migrations: built.notApplied.filter((each) => each.isSkipped).map((each) => each.name),
  };
  return { report, schema: built.schema, wants: context.wants };
}

async function databaseOf(options: AuditOptions) {
  if ("url" in options.database) {
    const schema = await schemaOfDatabase(options.database.url);
    return { schema, applied: null, notApplied: [], namesInRows: [] };
  }
  const folder = resolve(options.database.migrations);
  const built = await schemaOfMigrations(folder, {
    strict: options.database.strict ?? false,
    ...scratchOptions(options),
  });
  return {
    ...built,
    notApplied: notAppliedFiles(folder, built.applied),
    namesInRows: namesInRows(readMigrationFiles(folder)),
  };
}

/** What the migrations mean to make: also the parts of the failing files. Null when all of them apply. */
async function schemaMeant(
  options: AuditOptions,
  applied: AppliedMigrations | null,
): Promise<Schema | null> {
  if ("url" in options.database || applied === null || applied.rolled_back.length === 0)
    return null;
  const { schema } = await schemaOfMigrations(resolve(options.database.migrations), {
    strict: false,
    keepsParts: true,
    ...scratchOptions(options),
  });
  return schema;
}

function scratchOptions(options: AuditOptions) {
  return {
    ...(options.statementLimitMs === undefined
      ? {}
      : { statementLimitMs: options.statementLimitMs }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    ...(options.onScratch === undefined ? {} : { onStart: options.onScratch }),
  };
}

interface Placed {
  place: { file: string; line: number; column: number };
}

function byPlace(a: Placed, b: Placed): number {
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
  return a.place.line - b.place.line || a.place.column - b.place.column;
}
