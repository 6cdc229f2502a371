import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { freePort } from "./free-port.ts";
import { cleanEnvironment, lastLine, makeCluster } from "./make-cluster.ts";
import { giveTo, type Owner } from "./owner.ts";
import { diskFull, isDiskFull, PostgresError } from "./postgres-error.ts";
import { endProcess, identify } from "./processes.ts";

export interface ClusterOptions {
  binaries: Binaries;
  folder: string;
  logFile: string;
  owner: Owner | null;
  password: string;
  /** False for throw-away stacks: a power cut may lose them, a killed process does not. */
  isDurable: boolean;
  /** A folder that a new cluster is a copy of, when it is there. */
  template?: string | undefined;
  /** Server settings beyond our own. */
  settings?: Record<string, string>;
  /** Reach the server through a socket in this folder only: nothing of it is on the network. */
  socketFolder?: string;
  /** Called when the server ends without having been asked to. */
  onLost?: () => void;
  /** A folder to remove once the server has ended, however it and this process end. */
  discard?: string;
}

// Runs Postgres so that it ends (fast shutdown) when this process does, however it ends: descriptor 3 is a pipe
// whose other end only we hold. After `kill -9` of the stack nothing is left that holds the data folder.
const guard = `"$@" 3<&- & child=$!
( read -r _ <&3; kill -INT $child ) 2>/dev/null & watcher=$!
wait $child; code=$?; kill $watcher 2>/dev/null; [ -z "$DISCARD" ] || rm -rf "$DISCARD"; exit $code`;

/** One Postgres server on one folder: made when missing, started, stopped, started again on the same port. */
export class Cluster {
  port = 0;
  #child: ChildProcess | null = null;
  readonly #options: ClusterOptions;

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  /** A connection string for one of the login roles. It says that there is no TLS, whatever PGSSLMODE says. */
  url(user: string): string {
    const { socketFolder, password } = this.#options;
    if (socketFolder !== undefined) {
      const host = `host=${encodeURIComponent(socketFolder)}&port=${this.port}&sslmode=disable`;
      return `postgresql://${user}:${password}@localhost/postgres?${host}`;
    }
    return `postgresql://${user}:${this.#options.password}@127.0.0.1:${this.port}/postgres?sslmode=disable`;
  }

  get folder(): string {
    return this.#options.folder;
  }

  /** Whether there is a cluster in the folder. */
  get exists(): boolean {
    return existsSync(join(this.#options.folder, "PG_VERSION"));
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /**
   * Starts a server again that ended by itself. Its processes may live a moment longer than it did, and hold the memory that
   * they shared; after `patienceMs` why it does not start is thrown.
   */
  async restart(patienceMs: number): Promise<void> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await this.start();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  /** Makes the cluster if it is missing and starts it; resolves when it accepts connections. */
  async start(): Promise<void> {
    if (this.#child !== null) return;
    const { folder, owner } = this.#options;
    if (!this.exists) await makeCluster(this.#options);
    this.#checkVersion();
    giveTo(owner, folder);
    await this.#endOrphan();
    // A port that clients know already must stay the same.
    const isKnown = this.port !== 0;
    for (let attempt = 1; ; attempt++) {
      if (this.port === 0) this.port = this.#options.socketFolder ? 5432 : await freePort();
      if (await this.#spawn()) return;
      // The free port may have been taken before Postgres had it.
      if (attempt === 3 || isKnown || !this.#logTail().includes("could not bind")) {
        throw this.failure("Postgres did not start");
      }
      this.port = 0;
    }
  }

  /** Fast shutdown: open transactions are rolled back, connections closed. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const ended = child.exitCode !== null || child.signalCode !== null ? null : once(child, "exit");
    const postgres = this.#postmaster();
    child.stdio[3]?.destroy();
    const late = setTimeout(() => {
      if (postgres !== null) void endProcess(postgres, "SIGQUIT", 2_000);
    }, 10_000);
    await ended;
    clearTimeout(late);
  }

  #checkVersion(): void {
    const { folder, binaries } = this.#options;
    const found = readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
    if (found !== binaries.major) {
      throw new PostgresError(
        "data_of_another_version",
        `The data in ${folder} was made by Postgres ${found}, and this is Postgres ${binaries.major}.`,
      );
    }
  }

  /** Ends a server that a killed run left behind, and removes a lock file whose process is gone. */
  async #endOrphan(): Promise<void> {
    const orphan = this.#postmaster();
    if (orphan !== null) await endProcess(orphan, "SIGINT", 5_000);
    // Postgres refuses to start when the number in this file runs, even if it is somebody else by now.
    rmSync(join(this.#options.folder, "postmaster.pid"), { force: true });
  }

  /** The running server of this folder by its lock file: line 1 is the process, line 3 when it started. */
  #postmaster(): ReturnType<typeof identify> {
    try {
      const lines = readFileSync(join(this.#options.folder, "postmaster.pid"), "utf8").split("\n");
      const identity = identify(Number(lines[0]));
      if (identity === null || process.platform !== "linux") return identity;
      // The number may have been given to another program since.
      const command = readFileSync(`/proc/${identity.pid}/cmdline`, "utf8");
      return command.includes("postgres") && command.includes(this.#options.folder)
        ? identity
        : null;
    } catch {
      return null;
    }
  }

  /** Whether the server came up; false when it ended instead. */
  async #spawn(): Promise<boolean> {
    const { binaries, folder, owner, logFile, isDurable, socketFolder, discard } = this.#options;
    const settings = {
      listen_addresses: socketFolder === undefined ? "127.0.0.1" : "",
      unix_socket_directories: socketFolder ?? "",
      // Two test files at once hold up to sixty each.
      max_connections: "200",
      // So few rows do not need more, and several stacks run at once.
      shared_buffers: "64MB",
      fsync: isDurable ? "on" : "off",
      synchronous_commit: isDurable ? "on" : "off",
      full_page_writes: isDurable ? "on" : "off",
      max_wal_size: "256MB",
      wal_level: "logical", // Publications warn without it.
      log_timezone: "UTC",
      timezone: "UTC",
      ...this.#options.settings,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const log = openSync(logFile, "a");
    // Detached: Ctrl-C reaches only us, and we end things in their order.
    const child = spawn(
      "/bin/sh",
      ["-c", guard, "sh", binaries.postgres, "-D", folder, "-p", String(this.port), ...flags],
      {
        ...owner,
        cwd: "/",
        env: { ...cleanEnvironment(), DISCARD: discard ?? "" },
        stdio: ["ignore", log, log, "pipe"],
        detached: true,
      },
    );
    closeSync(log);
    let hasEnded = false;
    child.on("error", () => {
      hasEnded = true;
    });
    child.on("exit", () => {
      hasEnded = true;
      if (this.#child !== child) return;
      this.#child = null;
      this.#options.onLost?.();
    });
    while (!hasEnded) {
      if (this.#isReady()) {
        this.#child = child;
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return false;
  }

  /** Line 8 of the lock file is the server's status, as pg_ctl reads it. */
  #isReady(): boolean {
    try {
      const lines = readFileSync(join(this.#options.folder, "postmaster.pid"), "utf8").split("\n");
      return lines[7]?.trim() === "ready";
    } catch {
      return false;
    }
  }

  #logTail(): string {
    return readFileSync(this.#options.logFile, "utf8").slice(-2_000);
  }

  /** A failure with the last line of the server's log. */
  failure(what: string): PostgresError {
    const tail = this.#logTail();
    if (isDiskFull(tail)) return diskFull(what, this.#options.folder);
    return new PostgresError(
      "database_failed",
      `${what}: ${lastLine(tail)} (more in ${this.#options.logFile})`,
    );
  }
}
