import pg from "pg";
import { AuditError } from "./audit-error.ts";
import type { Schema } from "./schema/model.ts";
import { readSchema } from "./schema/read-schema.ts";
import { type AppliedMigrations, applyMigrations } from "./scratch/apply.ts";
import { readMigrationFiles } from "./scratch/migration-files.ts";
import { startScratch } from "./scratch/scratch.ts";

/** Reads the schema of a live database, read-only. @throws AuditError when it refuses or does not answer */
export async function schemaOfDatabase(url: string): Promise<Schema> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
    application_name: "audit",
  });
  client.on("error", () => {});
  try {
    await client.connect();
    return await readSchema(client);
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new AuditError(`The database cannot be read: ${reason}.`);
  } finally {
    await client.end().catch(() => {});
  }
}

export interface ScratchOptions {
  strict: boolean;
  /** Keeps what a failing file's other statements make, which no deployment does. */
  keepsParts?: boolean;
  statementLimitMs?: number;
  onProgress?: (line: string) => void;
  /** Reads more from the scratch before it is gone. */
  onBuilt?: (url: string) => Promise<void>;
  /** Receives the function that ends the scratch early; otherwise it ends by itself. */
  onStart?: (stop: () => Promise<void>) => void;
}

/** Builds the schema that a folder of migrations makes, in a scratch that is gone when this returns. */
export async function schemaOfMigrations(
  folder: string,
  options: ScratchOptions,
): Promise<{ schema: Schema; applied: AppliedMigrations }> {
  const files = readMigrationFiles(folder);
  options.onProgress?.("starting a scratch database");
  const scratch = await startScratch();
  options.onStart?.(scratch.stop);
  try {
    let done = 0;
    const applied = await applyMigrations(scratch, files, {
      strict: options.strict,
      keepsParts: options.keepsParts ?? false,
      ...(options.statementLimitMs === undefined
        ? {}
        : { statementLimitMs: options.statementLimitMs }),
      onFile: (name) => options.onProgress?.(`applying ${++done}/${files.length} ${name}`),
    });
    await options.onBuilt?.(scratch.url);
    return { schema: await schemaOfDatabase(scratch.url), applied };
  } finally {
    await scratch.stop();
  }
}
