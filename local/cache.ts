import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { projectRoot } from "./project.ts";

/** What follows from files of the project and takes a while to make. A new installation removes it. */
const cache = join(projectRoot, "node_modules", ".cache", "switchboard");

function filesOf(path: string): string[] {
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * The folder in which something is kept once it is made; named by all that it is made from.
 * @param ingredients files and folders, from the project's root
 * @param beside what else it depends on
 */
export function cachedFolder(
  kind: string,
  ingredients: readonly string[],
  { root = projectRoot, beside = "" } = {},
): string {
  const hash = createHash("sha256").update(beside);
  for (const file of ingredients.flatMap((name) => filesOf(join(root, name)))) {
    hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
  }
  return join(cache, `${kind}-${hash.digest("hex").slice(0, 16)}`);
}

/**
 * Makes a folder of the cache, in place of older ones of its kind. Others see it when it is whole, or not at all; what
 * somebody else made meanwhile stays, because they may be reading it.
 * @param make makes the folder under the name that it is given
 */
export async function fillFolder(
  kind: string,
  folder: string,
  make: (partial: string) => void | Promise<void>,
): Promise<void> {
  const partial = `${folder}.${process.pid}`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    await make(partial);
    for (const name of readdirSync(cache)) {
      const isOfKind = name.startsWith(`${kind}-`) && /-[0-9a-f]{16}$/.test(name);
      if (isOfKind && name !== basename(folder)) rmSync(join(cache, name), { recursive: true });
    }
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
