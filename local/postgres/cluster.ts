import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { giveTo, type Owner } from "../data-folder.ts";
import { StackError } from "../errors.ts";
import { freePort } from "../ports.ts";
import { endProcess, identify } from "../processes.ts";
import type { Binaries } from "./binaries.ts";

export interface ClusterOptions {
  binaries: Binaries;
  folder: string;
  logFile: string;
  owner: Owner | null;
  password: string;
  /** False for throw-away stacks: a power cut may lose them, a killed process does not. */
  isDurable: boolean;
  /** Server settings beyond our own. */
  settings?: Record<string, string>;
  /** Reach the server through a socket in this folder only: nothing of it is on the network. */
  socketFolder?: string;
  /** A folder to remove once the server has ended, however it and this process end. */
  discard?: string;
}

/** The superuser that `initdb` makes, named as on the platform. Migrations and the API never use it. */
export const superuser = "supabase_admin";

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

  /** A connection string for one of the login roles. */
  url(user: string): string {
    const { socketFolder, password } = this.#options;
    if (socketFolder !== undefined) {
      const host = `host=${encodeURIComponent(socketFolder)}&port=${this.port}`;
      return `postgresql://${user}:${password}@localhost/postgres?${host}`;
    }
    return `postgresql://${user}:${this.#options.password}@127.0.0.1:${this.port}/postgres`;
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /** Makes the cluster if it is missing and starts it; resolves when it accepts connections. */
  async start(): Promise<void> {
    if (this.#child !== null) return;
    const { folder, owner } = this.#options;
    if (!existsSync(join(folder, "PG_VERSION"))) await this.#initialise();
    this.#checkVersion();
    giveTo(owner, folder);
    await this.#endOrphan();
    for (let attempt = 1; ; attempt++) {
      if (this.port === 0) this.port = this.#options.socketFolder ? 5432 : await freePort();
      if (await this.#spawn()) return;
      // The free port was taken before Postgres had it. One that clients know already must stay the same.
      if (attempt === 3) throw this.#failure("Postgres did not start");
      if (!this.#logTail().includes("could not bind"))
        throw this.#failure("Postgres did not start");
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

  async #initialise(): Promise<void> {
    const { binaries, folder, owner, password } = this.#options;
    const partial = `${folder}.new`; // Renamed when complete: a start killed in here leaves no half cluster.
    const passwordFile = `${folder}.password`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true, mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    giveTo(owner, partial);
    giveTo(owner, passwordFile);
    const lines: string[] = [];
    // Without these an environment without LANG gives SQL_ASCII, where length('é') is 2. The built-in provider
    // has C.UTF-8 on every platform; libc's is missing on some.
    const locale =
      Number(binaries.major) >= 17
        ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        : ["--locale=C.UTF-8"];
    const child = spawn(
      binaries.initdb,
      [
        "-D",
        partial,
        "-U",
        superuser,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--no-sync",
        "--no-instructions",
        "--encoding=UTF8",
        ...locale,
      ],
      { ...owner, cwd: "/", env: cleanEnvironment(), stdio: ["ignore", "pipe", "pipe"] },
    );
    child.stdout.on("data", (chunk) => lines.push(String(chunk)));
    child.stderr.on("data", (chunk) => lines.push(String(chunk)));
    // 'error' instead of 'close' when the program cannot be run at all; unheard it would end the process.
    const code = await new Promise<number | null>((resolve) => {
      child.on("error", (error) => {
        lines.push(error.message);
        resolve(-1);
      });
      child.on("close", resolve);
    });
    rmSync(passwordFile, { force: true });
    if (code !== 0) {
      appendFileSync(this.#options.logFile, lines.join(""));
      throw new StackError(
        "database_failed",
        `The database could not be made in ${folder}: ${lastLine(lines.join(""))}`,
      );
    }
    renameSync(partial, folder);
  }

  #checkVersion(): void {
    const { folder, binaries } = this.#options;
    const found = readFileSync(join(folder, "PG_VERSION"), "utf8").trim();
    if (found !== binaries.major) {
      throw new StackError(
        "data_of_another_version",
        `The data in ${folder} was made by Postgres ${found}, and this is Postgres ${binaries.major}: run npm run reset to begin anew, or use --data <another folder>.`,
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
      max_connections: "100",
      // So few connections and rows do not need more, and several stacks run at once.
      shared_buffers: "64MB",
      fsync: isDurable ? "on" : "off",
      synchronous_commit: isDurable ? "on" : "off",
      full_page_writes: isDurable ? "on" : "off",
      max_wal_size: "256MB",
      wal_level: "logical", // Publications warn without it.
      log_timezone: "UTC",
      timezone: "UTC",
      cluster_name: "switchboard",
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
      if (this.#child === child) this.#child = null;
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

  #failure(what: string): StackError {
    return new StackError(
      "database_failed",
      `${what}: ${lastLine(this.#logTail())} (more in ${this.#options.logFile})`,
    );
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

/** Nothing of the caller's PG* and locale variables may change the server. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}
