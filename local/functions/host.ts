import {
  existsSync,
  type FSWatcher,
  mkdirSync,
  readFileSync,
  type WatchListener,
  watch,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseEnv } from "node:util";
import type { LineLog } from "../logs.ts";
import { functionNames } from "../project.ts";
import { denoProgram } from "./deno-program.ts";
import { writeImportMap } from "./import-map.ts";
import { Worker } from "./worker.ts";

export interface FunctionHostOptions {
  /** The folder that has `supabase/functions`, `shared` and `deno.json`. */
  root: string;
  importMap: string;
  /** What the platform provides, and the configured secrets. */
  env: Record<string, string>;
  log: LineLog;
}

/** A worker for the length of one request. */
export interface Lease {
  port: number;
  /** Resolves when the worker has ended, or soon after when it has not: its connection broke. */
  crashed(): Promise<void>;
  release(): void;
}

/**
 * The platform starts a worker's V8 with a limit, by which V8 decides how long garbage may lie about. Without one a worker grows past
 * the 256 MiB that it may have there, however little it holds. The rest is for what lies outside of V8's heap.
 */
const HEAP_FLAGS = "--v8-flags=--max-old-space-size=160,--max-semi-space-size=4";

/** Runs the functions: one Deno process each, started at its first request and again after an edit or a crash. */
export class FunctionHost {
  readonly #options: FunctionHostOptions;
  readonly #workers = new Map<string, { worker: Worker; generation: number }>();
  readonly #retired = new Set<Worker>();
  readonly #watchers: FSWatcher[] = [];
  #generation = 0;
  #isClosed = false;

  constructor(options: FunctionHostOptions) {
    this.#options = options;
    const { root, log } = options;
    // Any edit may reach any function through shared/, so each one starts anew at its next request.
    const changed = () => {
      this.#generation++;
    };
    const follow = (folder: string, recursive: boolean, listener: WatchListener<string>) => {
      try {
        const watcher = watch(folder, { recursive }, listener);
        watcher.on("error", (error) => log.write(`watching ${folder}: ${error.message}`));
        this.#watchers.push(watcher);
      } catch (error) {
        log.write(`edits in ${folder} need a restart: ${String(error)}`);
      }
    };
    follow(join(root, "supabase", "functions"), true, changed);
    follow(join(root, "shared"), true, changed);
    // Watches the folder and not the file, which many editors replace.
    follow(root, false, (_event, name) => name === "deno.json" && changed());
  }

  /** A worker that runs the present code, counted as busy until it is released; null when it does not start. */
  async lease(name: string): Promise<Lease | null> {
    const worker = this.#current(name);
    if (worker === null) return null;
    worker.begin();
    const port = await worker.port;
    if (port === null || this.#isClosed) {
      worker.end();
      return null;
    }
    return { port, crashed: () => worker.crashed(), release: () => worker.end() };
  }

  /** Starts every function, one after another, so that first requests need not wait for it. */
  async warm(): Promise<void> {
    for (const name of functionNames(this.#options.root)) {
      if (this.#isClosed) return;
      await this.#current(name)?.port;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const watcher of this.#watchers) watcher.close();
    const all = [...this.#workers.values()].map(({ worker }) => worker);
    await Promise.all([...all, ...this.#retired].map((worker) => worker.stop()));
  }

  #current(name: string): Worker | null {
    const known = this.#workers.get(name);
    if (known !== undefined && known.generation === this.#generation && !known.worker.hasEnded) {
      return known.worker;
    }
    if (known !== undefined) {
      known.worker.retire();
      this.#retired.add(known.worker);
      for (const worker of this.#retired) if (worker.hasEnded) this.#retired.delete(worker);
    }
    const worker = this.#tryStart(name);
    if (worker === null) this.#workers.delete(name);
    else this.#workers.set(name, { worker, generation: this.#generation });
    return worker;
  }

  /** Null when not even a process could be started; the log says why. */
  #tryStart(name: string): Worker | null {
    try {
      return this.#start(name);
    } catch (error) {
      this.#options.log.write(`[${name}] ${String(error)}`);
      return null;
    }
  }

  #start(name: string): Worker {
    const { root, importMap, env, log } = this.#options;
    writeImportMap(root, importMap);
    const cache = join(root, "node_modules", ".cache", "switchboard", "deno");
    mkdirSync(cache, { recursive: true });
    const runner = join(dirname(fileURLToPath(import.meta.url)), "runner.ts");
    return new Worker({
      name,
      deno: denoProgram(),
      flags: [
        "run",
        "--quiet",
        HEAP_FLAGS,
        "--no-prompt",
        "--no-lock",
        "--node-modules-dir=manual",
        `--import-map=${importMap}`,
        "--allow-net",
        "--allow-env",
        "--allow-read",
        "--allow-sys",
        "--allow-write=/tmp",
        runner,
      ],
      entry: pathToFileURL(join(root, "supabase", "functions", name, "index.ts")).href,
      cwd: root,
      env: {
        PATH: process.env.PATH ?? "/usr/bin:/bin",
        HOME: process.env.HOME ?? "/tmp",
        DENO_DIR: cache,
        DENO_NO_UPDATE_CHECK: "1",
        NO_COLOR: "1",
        ...env,
        ...ownSecrets(root),
      },
      log,
    });
  }
}

/** The developer's own secrets, from the file that `supabase functions serve` reads. */
function ownSecrets(root: string): Record<string, string> {
  const file = join(root, "supabase", "functions", ".env");
  if (!existsSync(file)) return {};
  const values = Object.entries(parseEnv(readFileSync(file, "utf8")));
  return Object.fromEntries(
    values.flatMap(([name, value]) =>
      value === undefined || name.startsWith("SUPABASE_") ? [] : [[name, value]],
    ),
  );
}
