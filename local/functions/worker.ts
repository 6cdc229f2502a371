import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { LineLog } from "../logs.ts";

export interface WorkerOptions {
  name: string;
  deno: string;
  /** Everything before the entry point. */
  flags: string[];
  entry: string;
  cwd: string;
  env: Record<string, string>;
  log: LineLog;
}

/** One Deno process that serves one function. */
export class Worker {
  /** Where it listens; null when it ended before it could. */
  readonly port: Promise<number | null>;
  /** Resolves when the process has ended; one promise for all who wait. */
  readonly #ended: Promise<void>;
  #inFlight = 0;
  #isRetired = false;
  #hasEnded = false;
  readonly #child: ChildProcess;

  constructor(options: WorkerOptions) {
    const { name, log } = options;
    // Detached: Ctrl-C reaches only the stack, which ends its parts in order.
    const child = spawn(options.deno, [...options.flags, options.entry], {
      cwd: options.cwd,
      env: options.env,
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    this.#child = child;
    child.stdin.on("error", () => {});
    createInterface({ input: child.stderr }).on("line", (line) => log.write(`[${name}] ${line}`));
    let markEnded = () => {};
    this.#ended = new Promise((resolve) => {
      markEnded = resolve;
    });
    this.port = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const port = /^switchboard:ready (\d+)$/.exec(line)?.[1];
        if (port === undefined) log.write(`[${name}] ${line}`);
        else resolve(Number(port));
      });
      const ended = (how: string) => {
        if (this.#hasEnded) return;
        this.#hasEnded = true;
        if (!this.#isRetired)
          log.write(`[${name}] ended (${how}); the next request starts it again`);
        markEnded();
        resolve(null);
      };
      child.on("error", (error) => ended(error.message));
      child.on("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Counts a request, so that a retired worker ends only after it. */
  begin(): void {
    this.#inFlight++;
  }

  end(): void {
    this.#inFlight--;
    if (this.#isRetired && this.#inFlight === 0) this.#child.kill("SIGTERM");
  }

  /**
   * Waits for the process to end after a broken connection, but not for long, because the connection may have broken
   * for another reason.
   */
  async crashed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, 500);
    });
    await Promise.race([this.#ended, late]);
    clearTimeout(timer);
  }

  /** Takes no new requests; ends when those under way have. */
  retire(): void {
    if (this.#isRetired) return;
    this.#isRetired = true;
    if (this.#inFlight === 0) this.#child.kill("SIGTERM");
  }

  /** Ends at once. */
  async stop(): Promise<void> {
    this.#isRetired = true;
    if (this.#hasEnded) return;
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}
