import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { withoutLibpqVariables } from "./libpq-variables.ts";
import { projectRoot } from "./project.ts";

export interface CliResult {
  status: number;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Hears every line of both outputs as it comes. */
  onLine?: (line: string) => void;
}

/**
 * Runs the real Supabase CLI of `node_modules` in the project's folder (or `cwd`) and waits for it.
 * Never throws for an exit status: whoever calls looks at it.
 */
export async function supabaseCli(args: string[], options: CliOptions = {}): Promise<CliResult> {
  const manifest = createRequire(import.meta.url).resolve("supabase/package.json");
  const child = spawn(process.execPath, [join(dirname(manifest), "dist", "supabase.js"), ...args], {
    cwd: options.cwd ?? projectRoot,
    env: {
      ...withoutLibpqVariables(process.env),
      DO_NOT_TRACK: "1",
      SUPABASE_TELEMETRY_DISABLED: "1",
      // The embedded Postgres has no TLS; without this the CLI prints a warning into its output.
      PGSSLMODE: "disable",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result: CliResult = { status: 1, stdout: "", stderr: "" };
  const listen = (name: "stdout" | "stderr") => {
    createInterface({ input: child[name] }).on("line", (line) => {
      result[name] += `${line}\n`;
      options.onLine?.(line);
    });
  };
  listen("stdout");
  listen("stderr");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ ...result, status: status ?? 1 }));
  });
}
