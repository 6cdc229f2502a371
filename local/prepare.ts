import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtConsole } from "./console/build.ts";
import { startDatabase } from "./database.ts";
import { forgetLibpqVariables } from "./libpq-variables.ts";

// Run once after the installation: leaves the template behind that new databases are copied from, and the console.
forgetLibpqVariables();
const data = mkdtempSync(join(tmpdir(), "switchboard-prepare-"));
try {
  const database = await startDatabase({ data, durable: false });
  await database.stop();
  await builtConsole(() => {});
} finally {
  rmSync(data, { recursive: true, force: true });
}
