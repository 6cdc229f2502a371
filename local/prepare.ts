import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDatabase } from "./database.ts";
import { forgetLibpqVariables } from "./libpq-variables.ts";

// Run once after the installation: leaves the template behind that new databases are copied from.
forgetLibpqVariables();
const data = mkdtempSync(join(tmpdir(), "switchboard-prepare-"));
try {
  const database = await startDatabase({ data, durable: false });
  await database.stop();
} finally {
  rmSync(data, { recursive: true, force: true });
}
