import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cachedFolder, fillFolder } from "../cache.ts";
import { StackError } from "../errors.ts";
import { projectRoot } from "../project.ts";

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
  const folder = cachedFolder("console", ingredients);
  if (existsSync(folder)) return folder;
  log("Building the console, once");
  await fillFolder("console", folder, buildConsole);
  return folder;
}
