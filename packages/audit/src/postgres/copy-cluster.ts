import { chmodSync, constants, copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { giveTo, type Owner } from "./owner.ts";

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
