import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../local/project.ts";

// The hosted runtime is compatible with Deno 2.1: the functions' tests run on its 2.1.4 too. Types are not checked
// there (it brings TypeScript 5.6, which does not know `Uint8Array<ArrayBuffer>`); running code has none.
const version = "2.1.4";
const folder = join(projectRoot, "node_modules", ".cache", "switchboard", `deno-${version}`);
const platform = `${process.platform}-${process.arch}`;
const deno = ["-glibc", "", "-msvc"].map((suffix) =>
  join(folder, "node_modules", "@deno", `${platform}${suffix}`, "deno"),
);

/** Runs a command and ends with its status when that is not 0. */
function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): void {
  const { status, error } = spawnSync(command, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!deno.some((file) => existsSync(file))) {
  mkdirSync(folder, { recursive: true });
  run("npm", [
    "install",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--prefix",
    folder,
    `deno@${version}`,
  ]);
}
const program = deno.find((file) => existsSync(file));
if (program === undefined) {
  console.error(`Deno ${version} has no build for ${platform}.`);
  process.exit(1);
}

const env = { SWITCHBOARD_DENO: program };
/** Parts of paths and options, as `npm test -- <part>` takes them; vitest runs what any part matches. */
const given = process.argv.slice(2);
const isNarrowed = given.some((each) => !each.startsWith("-"));
run(program, ["--version"]);
run(
  join(projectRoot, "node_modules", ".bin", "vitest"),
  [
    "run",
    "--project",
    "stack",
    "--project",
    "queue",
    ...(isNarrowed ? [] : ["supabase/tests/functions", "supabase/tests/project"]),
    ...given,
  ],
  env,
);
