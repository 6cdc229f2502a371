import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { forgetLibpqVariables } from "../../local/libpq-variables.ts";

forgetLibpqVariables();

/** `npm run test:browser`: the console and the client on a seeded stack of their own, in an installed Chromium. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  resolve: {
    alias: {
      "switchboard-client": fileURLToPath(
        new URL("../../packages/client/src/index.ts", import.meta.url),
      ),
    },
  },
  test: {
    name: "browser",
    include: ["console/tests/**/*.test.ts", "packages/client/tests/browser/**/*.test.ts"],
    globalSetup: ["console/tests/support/setup.ts"],
    // The files share the demo people.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
