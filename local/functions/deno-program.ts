import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * The Deno that serves and checks the functions: the pinned one of `node_modules`, or the one that
 * SWITCHBOARD_DENO names (`npm run test:deno21` puts the oldest supported runtime there).
 */
export function denoProgram(): string {
  if (process.env.SWITCHBOARD_DENO) return process.env.SWITCHBOARD_DENO;
  const wrapper = createRequire(createRequire(import.meta.url).resolve("deno/package.json"));
  const platform = `${process.platform}-${process.arch}`;
  for (const name of [`@deno/${platform}-glibc`, `@deno/${platform}`, `@deno/${platform}-msvc`]) {
    try {
      return join(dirname(wrapper.resolve(`${name}/package.json`)), "deno");
    } catch {}
  }
  throw new Error(`Deno is not installed for ${platform}; run npm install.`);
}
