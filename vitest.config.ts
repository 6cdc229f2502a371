import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Three rooms: unit tests need nothing, `stack` tests share one throw-away stack, `database` tests one bare database. */
export default defineConfig({
  resolve: {
    alias: {
      "@std/crypto/timing-safe-equal": path("./local/std/crypto/timing-safe-equal.ts"),
    },
  },
  test: {
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["shared/**/*.test.ts", "tools/**/*.test.ts", "local/std/**/*.test.ts"],
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
        test: {
          name: "stack",
          include: [
            "supabase/tests/functions/**/*.test.ts",
            "supabase/tests/database-races/**/*.test.ts",
            "supabase/tests/project/**/*.test.ts",
            "local/**/*.test.ts",
          ],
          exclude: ["local/std/**"],
          globalSetup: ["supabase/tests/support/setup-stack.ts"],
        },
      },
    ],
  },
});
