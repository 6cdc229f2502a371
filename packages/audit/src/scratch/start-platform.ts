import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { AuditError } from "../audit-error.ts";
import { makePlatform } from "../platform/make-platform.ts";
import { prepareBinaries } from "../postgres/binaries.ts";
import { Cluster } from "../postgres/cluster.ts";
import { superuser } from "../postgres/make-cluster.ts";
import { findOwner, giveTo, isReachable } from "../postgres/owner.ts";
import { PostgresError } from "../postgres/postgres-error.ts";

/** A throw-away Postgres with what a new Supabase project has: roles, `auth`, `storage`, extensions. */
export interface Platform {
  /** As `postgres`, which must be neither superuser nor able to become one: for SQL of strangers. */
  url: string;
  /** For the emulation of what `postgres` may not do, and for ending what does not end. */
  superuser_url: string;
  /** Where the server keeps everything; gone after `stop`. */
  folder: string;
  /** Ends the server and removes its folder. Safe to call twice. */
  stop(): Promise<void>;
}

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
    throw error instanceof PostgresError ? new AuditError(error.message) : error;
  }
}

async function start(): Promise<Platform> {
  const owner = findOwner();
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
    await prepare(superuser_url, password);
    return { url: cluster.url("postgres"), superuser_url, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepare(url: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("begin");
    await makePlatform(client, password);
    await client.query("commit");
  } finally {
    await client.end();
  }
}
