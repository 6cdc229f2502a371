import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { giveTo, isReachable, postgresOwner } from "../../../local/data-folder.ts";
import { preparePlatform } from "../../../local/platform.ts";
import { prepareBinaries } from "../../../local/postgres/binaries.ts";
import { Cluster, superuser } from "../../../local/postgres/cluster.ts";

/** A throw-away Postgres of its own, reachable through a socket in a temporary folder only. */
export interface Scratch {
  /** As `postgres`, without superuser and CREATEROLE: for SQL of strangers. */
  url: string;
  /** For the emulation of what `postgres` may not do, and for ending what does not end. */
  superuser_url: string;
  folder: string;
  /** Ends the server and removes its folder. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a scratch cluster with the platform's roles, `auth` and `storage`. It is gone after `stop`, and also
 * when this process ends in any other way: the server's guard then removes the folder.
 */
export async function startScratch(): Promise<Scratch> {
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
    await runAs(superuser_url, readFileSync(new URL("./extras.sql", import.meta.url), "utf8"));
    return { url: cluster.url("postgres"), superuser_url, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs statements on a connection of its own. */
async function runAs(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
