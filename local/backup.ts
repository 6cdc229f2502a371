import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { copyCluster } from "switchboard-audit/postgres";
import { isEmptyOrMissing, openDataFolder } from "./data-folder.ts";
import { StackError } from "./errors.ts";
import { findKeys } from "./keys.ts";
import { openCluster } from "./open-cluster.ts";

const refused = (message: string) => new StackError("backup_refused", message);

/**
 * Copies everything that a stopped stack keeps (keys, database, files) into a new folder. The database is started and
 * stopped first, which recovers what a killed run left. Throws a {@link StackError} while a stack runs on the data,
 * and when the new folder exists already.
 */
export async function backUp(data: string, target: string): Promise<void> {
  if (target.trim() === "" || existsSync(target)) {
    throw refused(`A backup goes into a folder of its own, which it makes: ${target} is there.`);
  }
  if (!existsSync(data) || readdirSync(data).length === 0) {
    throw refused(`There is no data of a stack in ${data}.`);
  }
  const folder = await openDataFolder(data);
  const partial = `${resolve(target)}.partial`;
  try {
    const cluster = await openCluster(folder, { isDurable: true });
    if (!cluster.exists) throw refused(`There is no database in ${data} yet: run npm start first.`);
    await cluster.start();
    await cluster.stop();
    mkdirSync(partial, { mode: 0o700 });
    copyCluster(folder.postgres, join(partial, "postgres"), null);
    cpSync(folder.storage, join(partial, "storage"), { recursive: true });
    copyFileSync(join(folder.root, "keys.json"), join(partial, "keys.json"));
    renameSync(partial, resolve(target));
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  } finally {
    folder.release();
  }
}

/**
 * Makes a new data folder out of a backup. Throws a {@link StackError} when the backup is no backup or the new folder
 * exists already.
 */
export async function restoreBackup(backup: string, data: string): Promise<void> {
  const keys = findKeys(join(backup, "keys.json"));
  if (keys === null || !existsSync(join(backup, "postgres", "PG_VERSION"))) {
    throw refused(`There is no backup of a stack in ${backup}.`);
  }
  if (!isEmptyOrMissing(data)) {
    throw refused(`A backup is restored into a new folder, and ${data} is not empty.`);
  }
  const folder = await openDataFolder(data, keys);
  try {
    cpSync(join(backup, "storage"), folder.storage, { recursive: true });
    const partial = `${folder.postgres}.new`; // As a new cluster: renamed when it is whole.
    copyCluster(join(backup, "postgres"), partial, folder.owner);
    renameSync(partial, folder.postgres);
  } finally {
    folder.release();
  }
}
