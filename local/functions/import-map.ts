import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

const DenoConfig = z.object({ imports: z.record(z.string(), z.string()) });

/**
 * Writes the import map that the embedded functions run with: deno.json's, with every `jsr:` specifier
 * replaced by the module of the same name in `local/std/`, because JSR cannot be reached from everywhere. The file is replaced as a
 * whole: another function may be starting with it.
 */
export function writeImportMap(root: string, file: string): void {
  const { imports } = DenoConfig.parse(JSON.parse(readFileSync(join(root, "deno.json"), "utf8")));
  const mapped = Object.entries(imports).map(([name, target]): [string, string] => {
    if (!target.startsWith("jsr:")) return [name, resolveTarget(root, target)];
    const module = join(root, "local", "std", `${name.replace(/^@std\//, "")}.ts`);
    if (!existsSync(module)) throw new Error(`${name} has no stand-in: ${module} is missing.`);
    return [name, pathToFileURL(module).href];
  });
  const whole = `${file}.new`;
  writeFileSync(whole, JSON.stringify({ imports: Object.fromEntries(mapped) }, null, 2));
  renameSync(whole, file);
}

/** Relative targets are relative to deno.json, and the map lies elsewhere. */
function resolveTarget(root: string, target: string): string {
  return target.startsWith(".") ? pathToFileURL(join(root, target)).href : target;
}
