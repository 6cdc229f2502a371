import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";

const runner = fileURLToPath(new URL("tap-file.ts", import.meta.url));

/** Lets vitest take pgTAP files for test files, so that a part of a path finds them like any other. */
export const tapPlugin: Plugin = {
  name: "pgtap",
  enforce: "pre",
  load(id) {
    if (!id.endsWith(".test.sql")) return null;
    return `import { tapFile } from ${JSON.stringify(runner)};\ntapFile(${JSON.stringify(id)});\n`;
  },
};
