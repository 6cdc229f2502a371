import { rmSync } from "node:fs";
import { copyCluster } from "switchboard-audit/postgres";
import { cachedFolder, fillFolder } from "../cache.ts";
import { projectRoot } from "../project.ts";

/** What a migrated database is made from, besides the programs, whose versions package.json pins. */
const ingredients = [
  "package.json",
  "local/migrate.ts",
  "local/platform.ts",
  "packages/audit/package.json",
  "packages/audit/src/platform/auth.sql",
  "packages/audit/src/platform/extensions",
  "packages/audit/src/platform/make-platform.ts",
  "packages/audit/src/platform/platform.sql",
  "packages/audit/src/postgres/make-cluster.ts",
  "supabase/migrations",
];

/**
 * Where a copy of the project's migrated database is kept, so that the next new one need not be migrated again: an edited
 * migration is applied by the Supabase CLI, as ever.
 */
export const templateFolder = (root: string = projectRoot): string =>
  cachedFolder("cluster", ingredients, { root, beside: `${process.platform} ${process.arch}` });

/** Keeps a copy of a stopped cluster, also in place of one that did not work. A cache that cannot be written is not missed. */
export async function keepTemplate(folder: string, template: string): Promise<void> {
  try {
    rmSync(template, { recursive: true, force: true });
    await fillFolder("cluster", template, (partial) => copyCluster(folder, partial, null));
  } catch {
    // The next new database is migrated like this one.
  }
}
