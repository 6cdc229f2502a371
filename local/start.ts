import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect, parseArgs, parseEnv } from "node:util";
import { isRunning } from "switchboard-audit/postgres";
import { StackError } from "./errors.ts";
import { forgetLibpqVariables } from "./libpq-variables.ts";
import { npmAncestor } from "./npm-ancestor.ts";
import { projectRoot } from "./project.ts";
import { pasteableRequests } from "./requests-to-paste.ts";
import { type Stack, startStack } from "./stack.ts";

const usage = `npm start -- [--port <number>] [--data <folder>] [--no-seed] [--no-console] [--json]

  --port <number>   54321 unless said otherwise; 0 takes any free one
  --data <folder>   where keys, database and files are kept; .data unless said otherwise
  --env-file <file> more variables for the functions; those of supabase/functions/.env win
  --no-seed         no demo data
  --no-console      no console at the address
  --json            one line of JSON on standard output when ready; progress on standard error`;

forgetLibpqVariables();
const begun = performance.now();

interface Flags {
  port: number;
  data: string;
  functionsEnv: Record<string, string>;
  seed: boolean;
  console: boolean;
  json: boolean;
}

function variablesOf(file: string): Record<string, string> {
  const values = Object.entries(parseEnv(readFileSync(file, "utf8")));
  return Object.fromEntries(values.map(([name, value]) => [name, value ?? ""]));
}

function readFlags(): Flags {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "54321" },
        data: { type: "string", default: join(projectRoot, ".data") },
        "env-file": { type: "string" },
        "no-seed": { type: "boolean", default: false },
        "no-console": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new StackError(
        "bad_flags",
        `--port wants a number from 0 to 65535, and got ${values.port}.`,
      );
    }
    return {
      port,
      data: values.data,
      functionsEnv: values["env-file"] === undefined ? {} : variablesOf(values["env-file"]),
      seed: !values["no-seed"],
      console: !values["no-console"],
      json: values.json,
    };
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw new StackError(
      "bad_flags",
      `${error instanceof Error ? error.message : String(error)}\n\n${usage}`,
    );
  }
}

function print(stack: Stack, { json: isJson, seed, console: hasConsole }: Flags): void {
  const { url, publishable_key, secret_key, db_url, secrets } = stack;
  if (isJson) {
    console.log(JSON.stringify({ url, publishable_key, secret_key, db_url, secrets }));
    return;
  }
  console.log(`
Ready in ${((performance.now() - begun) / 1000).toFixed(1)} s. Ctrl-C stops everything.

${hasConsole ? `  Console          ${url}\n` : ""}  URL              ${url}
  API reference    ${url}/docs
  Mailbox          ${url}/mail
  Publishable key  ${publishable_key}
  Secret key       ${secret_key}
  Database         ${db_url}
  Logs             ${stack.logs}

${pasteableRequests(stack, seed)}`);
}

let stack: Stack | null = null;
let isStopping = false;

async function stop(): Promise<void> {
  if (isStopping) process.exit(130); // The second signal ends the process at once. The remaining parts end by themselves.
  isStopping = true;
  await stack?.stop();
  process.exit(0);
}

/** Ends everything after something that the stack cannot go on from; parts that hang do not keep it. */
function fail(sentence: string): void {
  console.error(`\n${sentence}`);
  if (isStopping) return;
  isStopping = true;
  setTimeout(() => process.exit(1), 10_000).unref();
  void Promise.resolve(stack?.stop()).finally(() => process.exit(1));
}

/** A fault of the stack itself. Its origin makes it possible to report it, and nothing continues on a half-done state. */
function unexpected(kind: string, error: unknown): void {
  const origin = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  fail(
    `The stack ends: an unexpected error (${kind}). Please report it with these lines.\n${origin}`,
  );
}
process.on("uncaughtException", (error) => unexpected("uncaught exception", error));
process.on("unhandledRejection", (error) => unexpected("unhandled rejection", error));

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => void stop());

// After `kill -9` of npm this process would run on, and nobody would stop it.
const npm = npmAncestor();
if (npm !== null) setInterval(() => isRunning(npm) || void stop(), 500).unref();

try {
  const flags = readFlags();
  const log = (line: string) => (flags.json ? console.error(line) : console.log(line));
  const started = await startStack({
    data: flags.data,
    port: flags.port,
    seed: flags.seed,
    functionsEnv: flags.functionsEnv,
    console: flags.console,
    log,
    onFailure: ({ message }) => fail(`The stack ends: ${message}`),
  });
  stack = started;
  if (isStopping) await started.stop();
  else print(started, flags);
} catch (error) {
  console.error(error instanceof StackError ? `\n${error.message}` : error);
  process.exit(1);
}
