import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type pg from "pg";
import { prepareBinaries } from "switchboard-audit/postgres";
import { openDataFolder } from "../../local/data-folder.ts";
import { startDatabase } from "../../local/database.ts";
import { withClient } from "../../local/with-client.ts";

/** Whether this machine can count instructions at all. */
export const canCount = (): boolean =>
  spawnSync("valgrind", ["--tool=callgrind", "--version"]).status === 0;

/** A database at rest, on which one process at a time runs statements under callgrind. */
export interface CountedDatabase {
  /** Works on the database as it usually runs, not counted. */
  prepare<Result>(
    work: (client: pg.Client, superuser: pg.Client) => Promise<Result>,
  ): Promise<Result>;
  /** Instructions of running statements of one line each, as the role `postgres`; not those of parsing, planning and committing them. */
  count(statements: readonly string[]): Promise<number>;
  remove(): Promise<void>;
}

export async function makeCountedDatabase(): Promise<CountedDatabase> {
  const data = await mkdtemp(join(tmpdir(), "switchboard-bench-"));
  return {
    async prepare(work) {
      const database = await startDatabase({ data, durable: false });
      try {
        return await withClient(database.url, (client) =>
          withClient(database.superuser_url, (superuser) => work(client, superuser)),
        );
      } finally {
        await database.stop();
      }
    },
    async count(statements) {
      const folder = await openDataFolder(data);
      try {
        const { postgres } = await prepareBinaries(folder.owner);
        // PortalRun is what runs a statement that a client sent; what functions run goes other ways, and is counted within.
        const flags = [
          "--tool=callgrind",
          "--toggle-collect=PortalRun",
          "--callgrind-out-file=/dev/null",
        ];
        const child = spawn(
          "valgrind",
          [...flags, postgres, "--single", "-F", "-D", folder.postgres, "postgres"],
          {
            ...folder.owner,
            cwd: "/",
            stdio: ["pipe", "ignore", "pipe"],
          },
        );
        const said = text(child.stderr);
        child.stdin.end(["set session authorization postgres", ...statements, ""].join("\n"));
        await once(child, "exit");
        const report = await said;
        const failure = /^.*(?:ERROR|FATAL|PANIC): .*$/m.exec(report)?.[0];
        const collected = /Collected : (\d+)/.exec(report)?.[1];
        if (failure !== undefined || collected === undefined) throw new Error(failure ?? report);
        return Number(collected);
      } finally {
        folder.release();
      }
    },
    remove: () => rm(data, { recursive: true, force: true }),
  };
}
