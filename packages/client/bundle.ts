import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";

/** How esbuild makes one ES module of the client, without its peer. */
export const bundled = {
  entryPoints: [fileURLToPath(new URL("src/index.ts", import.meta.url))],
  bundle: true,
  format: "esm",
  target: "es2022",
  packages: "external",
  logLevel: "error",
} satisfies BuildOptions;
