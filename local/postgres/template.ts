import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { copyCluster } from "switchboard-audit/postgres";
import { projectRoot } from "../project.ts";

const cache = join(projectRoot, "node_modules", ".cache", "switchboard");

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
 * Where a copy of the project's migrated database is kept, so that the next new one need not be migrated again. It
 * is named by all that it is made from: an edited migration is applied by the Supabase CLI, as ever.
 */
export function templateFolder(root: string = projectRoot): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const name of ingredients) {
    const path = join(root, name);
    const files = /\.\w+$/.test(name) ? [path] : readdirSync(path).map((file) => join(path, file));
    for (const file of files.sort())
      hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
  }
  return join(cache, `cluster-${hash.digest("hex").slice(0, 16)}`);
}

/** Keeps a copy of a stopped cluster, in place of older ones. A cache that cannot be written is not missed. */
export function keepTemplate(folder: string, template: string): void {
  const partial = `${template}.${process.pid}`;
  try {
    mkdirSync(dirname(template), { recursive: true });
    for (const name of readdirSync(cache)) {
      if (/^cluster-[0-9a-f]{16}$/.test(name)) rmSync(join(cache, name), { recursive: true });
    }
    copyCluster(folder, partial, null);
    renameSync(partial, template);
  } catch {
    rmSync(partial, { recursive: true, force: true });
  }
}
