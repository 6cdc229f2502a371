import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { StackError } from "../errors.ts";
import { projectRoot } from "../project.ts";

const cache = join(projectRoot, "node_modules", ".cache", "switchboard");

/** What the console is made from; the lock file names the libraries. */
const ingredients = [
  "console/index.html",
  "console/package.json",
  "console/public",
  "console/src",
  "console/vite.config.ts",
  "package-lock.json",
  "packages/client/src",
  "shared/core/database-codes.ts",
];

function filesOf(name: string): string[] {
  const path = join(projectRoot, name);
  if (/\.\w+$/.test(name)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Where the console is kept once it is built; named by all that it is made from. */
function folderOfSources(): string {
  const hash = createHash("sha256");
  for (const file of ingredients.flatMap(filesOf)) {
    hash.update(`\0${file.slice(projectRoot.length)}\0`).update(readFileSync(file));
  }
  return join(cache, `console-${hash.digest("hex").slice(0, 16)}`);
}

/** Builds the console's static files into a folder. */
export async function buildConsole(folder: string): Promise<void> {
  const vite = createRequire(join(projectRoot, "console", "package.json")).resolve(
    "vite/package.json",
  );
  const child = spawn(
    process.execPath,
    [join(dirname(vite), "bin", "vite.js"), "build", "--outDir", folder, "--emptyOutDir"],
    {
      cwd: join(projectRoot, "console"),
      // Whatever it is here, such as a test's: React is twice as large and slow then.
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said = (said + text).slice(-2000);
  });
  const status = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (status !== 0) {
    throw new StackError(
      "console_not_built",
      `The console could not be built; npm start -- --no-console starts without it. Vite says:\n${said.trim()}`,
    );
  }
}

/** The folder of the built console. What was built from the same sources before is not built again. */
export async function builtConsole(log: (line: string) => void): Promise<string> {
  const folder = folderOfSources();
  if (existsSync(folder)) return folder;
  log("Building the console, once");
  const partial = `${folder}.${process.pid}`;
  try {
    await buildConsole(partial);
    for (const name of readdirSync(cache)) {
      if (/^console-[0-9a-f]{16}$/.test(name)) rmSync(join(cache, name), { recursive: true });
    }
    // Another start may have been faster.
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}
