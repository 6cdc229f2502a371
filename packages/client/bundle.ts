import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The client as one ES module, without its peer. */
export async function bundle({ minify = false } = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("src/index.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    target: "es2022",
    packages: "external",
    logLevel: "error",
    minify,
    write: false,
  });
  return outputFiles.map(({ text }) => text).join("");
}
