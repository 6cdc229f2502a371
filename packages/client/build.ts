import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

// One module of JavaScript, and the declarations beside the contract's, of which they are made.
rmSync(here("dist"), { recursive: true, force: true });
mkdirSync(here("dist"));
writeFileSync(here("dist/index.js"), await bundle());
const compiler = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
const { status } = spawnSync(process.execPath, [compiler, "-p", here("tsconfig.build.json")], {
  stdio: "inherit",
});
process.exit(status ?? 1);
