import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { forgetLibpqVariables } from "./local/libpq-variables.ts";
import { tapPlugin } from "./supabase/tests/support/tap-plugin.ts";

forgetLibpqVariables();

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Tests that must be alone with their stack. Most watch the single tries of tasks: a worker started by another file would
 * take their tasks before them.
 */
const queueTests = [
  "maintenance",
  "mail",
  "vapi-tasks",
  "phone-numbers",
  "zoom-reconciliation",
  "google-meet-webhook",
  "webhooks",
]
  .map((folder) => `supabase/tests/functions/${folder}/**/*.test.ts`)
  .concat(
    // They replay whatever the inbox holds, as an admin may.
    "supabase/tests/project/contract.test.ts",
    "supabase/tests/project/contract-examples.test.ts",
    "supabase/tests/project/admin-examples.test.ts",
    // They take all places of those that may wait for a locked row, and count the API's connections.
    "supabase/tests/functions/vapi-webhook/busy-account.test.ts",
    "supabase/tests/database-races/bounded-waiting.test.ts",
    // It has new tickets given in turn, which holds for everybody's.
    "supabase/tests/database-races/ticket-turns.test.ts",
  );

/**
 * Five projects. `unit` tests need nothing, and `stack` tests share one throw-away stack. Each worker has a bare database
 * for `pgtap` tests, one for `database` tests, and a stack for `queue` tests, which are alone with it while they run.
 */
export default defineConfig({
  resolve: {
    // JSR cannot be reached from everywhere, and Node cannot resolve it.
    alias: [
      { find: /^@std\/(.*)$/, replacement: path("./local/std/$1.ts") },
      { find: "switchboard-client", replacement: path("./packages/client/src/index.ts") },
    ],
  },
  test: {
    // A database that is given is one, and its files cannot be side by side.
    maxWorkers: process.env.TEST_DATABASE_URL ? 1 : 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "shared/**/*.test.ts",
            "packages/**/*.test.ts",
            "tools/**/*.test.ts",
            "local/std/**/*.test.ts",
          ],
          exclude: ["packages/client/tests/browser/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "database",
          include: ["supabase/tests/database/**/*.test.ts"],
          globalSetup: ["supabase/tests/support/setup-database.ts"],
        },
      },
      {
        extends: true,
        plugins: [tapPlugin],
        test: {
          name: "pgtap",
          include: ["supabase/tests/database/**/*.test.sql"],
          isolate: false,
          globalSetup: ["supabase/tests/support/setup-database.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "stack",
          include: [
            "supabase/tests/functions/**/*.test.ts",
            "supabase/tests/database-races/**/*.test.ts",
            "supabase/tests/project/**/*.test.ts",
            "local/**/*.test.ts",
          ],
          exclude: ["local/std/**", ...queueTests],
          globalSetup: ["supabase/tests/support/setup-stack.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "queue",
          include: queueTests,
          globalSetup: ["supabase/tests/support/setup-own-stacks.ts"],
        },
      },
    ],
  },
});
