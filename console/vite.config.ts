import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Static files for any host. What they talk to stands in `config.json` beside them. */
export default defineConfig({
  root: path("."),
  // A parent folder's configuration for PostCSS is none of ours.
  css: { postcss: {} },
  resolve: {
    alias: {
      "switchboard-client": path("../packages/client/src/index.ts"),
      "@supabase/realtime-js": path("src/app/unused-supabase.ts"),
      "@supabase/storage-js": path("src/app/unused-supabase.ts"),
    },
  },
  logLevel: "error",
  build: { target: "es2022", reportCompressedSize: false, chunkSizeWarningLimit: 800 },
});
