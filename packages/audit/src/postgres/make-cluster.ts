import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Binaries } from "./binaries.ts";
import { copyCluster } from "./copy-cluster.ts";
import { giveTo, type Owner } from "./owner.ts";
import { diskFull, isDiskFull, PostgresError } from "./postgres-error.ts";

/** The superuser that `initdb` makes, named as on the platform. Migrations and the API never use it. */
export const superuser = "supabase_admin";

/** Roles that log in, all of them with the data folder's password. */
export const logins = [
  superuser,
  "postgres",
  "authenticator",
  "supabase_auth_admin",
  "supabase_storage_admin",
];

export interface MakeOptions {
  binaries: Binaries;
  folder: string;
  logFile: string;
  owner: Owner | null;
  password: string;
  template?: string | undefined;
}

/** Makes the cluster of a folder that has none: a copy of the template when there is one, else by `initdb`. */
export async function makeCluster(options: MakeOptions): Promise<void> {
  const { folder, template } = options;
  const partial = `${folder}.new`; // Renamed when complete: a start killed in here leaves no half cluster.
  rmSync(partial, { recursive: true, force: true });
  if (template === undefined || !(await restore(options, template, partial))) {
    rmSync(partial, { recursive: true, force: true });
    await initialise(options, partial);
  }
  renameSync(partial, folder);
}

async function initialise(options: MakeOptions, partial: string): Promise<void> {
  const { binaries, folder, owner, password } = options;
  const passwordFile = `${folder}.password`;
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  giveTo(owner, partial);
  giveTo(owner, passwordFile);
  // Without these an environment without LANG gives SQL_ASCII, where length('é') is 2. The built-in provider
  // has C.UTF-8 on every platform; libc's is missing on some.
  const locale =
    Number(binaries.major) >= 17
      ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
      : ["--locale=C.UTF-8"];
  const flags = [
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
  ];
  const { code, output } = await run(binaries.initdb, flags, owner);
  rmSync(passwordFile, { force: true });
  if (code !== 0) {
    if (isDiskFull(output)) throw diskFull("The database is not made", folder);
    appendFileSync(options.logFile, output);
    throw new PostgresError(
      "database_failed",
      `The database could not be made in ${folder}: ${lastLine(output)}`,
    );
  }
}

/** Whether a copy of the template stands there, with this folder's password; it is only a cache, so it may fail. */
async function restore(options: MakeOptions, template: string, partial: string): Promise<boolean> {
  const { binaries, owner, password } = options;
  if (!existsSync(template)) return false;
  try {
    copyCluster(template, partial, owner);
  } catch {
    return false;
  }
  // The single-user mode asks for no password. A statement ends with its line.
  const statements = logins.map((role) => `alter role ${role} password '${password}'\n`);
  const flags = ["--single", "-F", "-D", partial, "postgres"];
  const { code, output } = await run(binaries.postgres, flags, owner, statements.join(""));
  return code === 0 && !/\b(ERROR|FATAL|PANIC):/.test(output);
}

/** Runs a program of Postgres to its end. */
async function run(
  program: string,
  flags: string[],
  owner: Owner | null,
  input = "",
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, flags, { ...owner, cwd: "/", env: cleanEnvironment() });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    output += String(chunk);
  });
  child.stdin.on("error", () => {}); // It ended before it had read everything; its exit code says why.
  child.stdin.end(input);
  // 'error' instead of 'close' when the program cannot be run at all; unheard it would end the process.
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", (error) => {
      output += error.message;
      resolve(-1);
    });
    child.on("close", resolve);
  });
  return { code, output };
}

export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

/** Nothing of the caller's PG* and locale variables may change the server. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}
