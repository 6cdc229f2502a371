import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clusterFolder, postgresOwner } from "../../local/data-folder.ts";
import { projectRoot } from "../../local/project.ts";

/** What `npm start -- --json` prints. */
export interface Address {
  url: string;
  publishable_key: string;
  secret_key: string;
  db_url: string;
  secrets: { zoom: string; vapi: string };
}

/** A stack in a process of its own, which may be killed. */
export class StackProcess {
  address: Address = {
    url: "",
    publishable_key: "",
    secret_key: "",
    db_url: "",
    secrets: { zoom: "", vapi: "" },
  };
  readonly #data: string;
  readonly #environmentFile: string;
  #child: ChildProcess | null = null;
  #said = "";

  /**
   * @param folder a new one, for the stack's data and its variables
   * @param environment more variables for the functions
   */
  constructor(folder: string, environment: Readonly<Record<string, string>> = {}) {
    this.#data = join(folder, "data");
    this.#environmentFile = join(folder, "functions.env");
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(this.#environmentFile, lines.join(""));
  }

  /** Starts it, on the port of the last time. */
  async start(): Promise<void> {
    const port = this.address.url === "" ? "0" : new URL(this.address.url).port;
    const flags = ["local/start.ts", "--json", "--no-seed", "--no-console"];
    flags.push("--port", port, "--data", this.#data, "--env-file", this.#environmentFile);
    const child = spawn(process.execPath, ["--import", "tsx", ...flags], {
      cwd: projectRoot,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stderr.on("data", (words) => {
      this.#said += String(words);
    });
    this.address = await new Promise<Address>((resolve, reject) => {
      child.stdout.once("data", (line) => resolve(JSON.parse(String(line))));
      child.once("exit", () => reject(new Error(`the stack ended: ${this.#said.slice(-500)}`)));
    });
  }

  get hasEnded(): boolean {
    return this.#child === null || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The last line that it said for people. */
  get lastWords(): string {
    return this.#said.trim().split("\n").at(-1) ?? "";
  }

  /** Ends it as `kill -9` does, and starts it again. */
  async killAndStart(): Promise<void> {
    await this.#end("SIGKILL");
    await this.start();
  }

  async stop(): Promise<void> {
    if (!this.hasEnded) await this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }

  /** The postmaster's process. */
  postmaster(): number {
    const file = join(clusterFolder(this.#data, postgresOwner()), "postmaster.pid");
    return Number(readFileSync(file, "utf8").split("\n")[0]);
  }

  /** The process that serves a function; null while there is none (found in /proc, so on Linux only). */
  worker(name: string): number | null {
    const stack = String(this.#child?.pid);
    const found = readdirSync("/proc").find((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return parent === stack && command.includes(`functions/${name}/index.ts`);
      } catch {
        return false; // It has ended meanwhile.
      }
    });
    return found === undefined ? null : Number(found);
  }
}
