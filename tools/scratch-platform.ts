import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { giveTo, isReachable, postgresOwner } from "../local/data-folder.ts";
import { StackError } from "../local/errors.ts";
import { preparePlatform } from "../local/platform.ts";
import { prepareBinaries } from "../local/postgres/binaries.ts";
import { Cluster, superuser } from "../local/postgres/cluster.ts";
import { AuditError } from "./audit/audit-error.ts";
import type { Platform } from "./audit/scratch/scratch.ts";

/**
 * Starts a throw-away Postgres with the platform's roles, `auth` and `storage`, reachable through a socket in a
 * temporary folder only. It is gone after `stop`, and also when this process ends in any other way: the server's
 * guard then removes the folder.
 * @throws AuditError when it cannot be started
 */
export async function startPlatform(): Promise<Platform> {
  try {
    return await start();
  } catch (error) {
    throw error instanceof StackError ? new AuditError(error.message) : error;
  }
}

async function start(): Promise<Platform> {
  const owner = postgresOwner();
  const binaries = await prepareBinaries(owner);
  // Socket paths are limited to about a hundred characters, so a deep TMPDIR will not do.
  const parent =
    tmpdir().length < 60 && (!owner || isReachable(tmpdir(), owner)) ? tmpdir() : "/tmp";
  const folder = mkdtempSync(join(parent, "audit-"));
  chmodSync(folder, 0o700);
  const sockets = join(folder, "socket");
  mkdirSync(sockets, { mode: 0o700 });
  giveTo(owner, sockets);
  giveTo(owner, folder);
  // Never leaves this process and is gone with the cluster; a socket of mode 0700 keeps others out.
  const password = crypto.randomUUID();
  const cluster = new Cluster({
    binaries,
    folder: join(folder, "data"),
    logFile: join(folder, "postgres.log"),
    owner,
    password,
    isDurable: false,
    socketFolder: sockets,
    discard: folder,
  });
  const stop = async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await cluster.start();
    const superuser_url = cluster.url(superuser);
    await preparePlatform(superuser_url, password);
    return { url: cluster.url("postgres"), superuser_url, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
