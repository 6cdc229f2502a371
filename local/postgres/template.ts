import { createHash } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { giveTo, type Owner } from "../data-folder.ts";
import { projectRoot } from "../project.ts";

const cache = join(projectRoot, "node_modules", ".cache", "switchboard");

/** What a migrated database is made from, besides the programs, whose versions package.json pins. */
const ingredients = [
  "package.json",
  "local/extensions",
  "local/migrate.ts",
  "local/platform.sql",
  "local/platform.ts",
  "local/postgres/make-cluster.ts",
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

/** Copies a stopped cluster, readable by its owner alone, as Postgres demands. */
export function copyCluster(from: string, to: string, owner: Owner | null): void {
  mkdirSync(to, { mode: 0o700 });
  giveTo(owner, to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      copyCluster(source, target, owner);
      continue;
    }
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    chmodSync(target, 0o600);
    giveTo(owner, target);
  }
}
