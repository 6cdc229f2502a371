import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundled } from "./bundle.ts";

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

// One module of JavaScript, and the declarations beside the contract's, of which they are made.
rmSync(here("dist"), { recursive: true, force: true });
await build({ ...bundled, outfile: here("dist/index.js") });
const compiler = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
const { status } = spawnSync(process.execPath, [compiler, "-p", here("tsconfig.build.json")], {
  stdio: "inherit",
});
process.exit(status ?? 1);
