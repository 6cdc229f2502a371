import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startDatabase } from "../local/database.ts";
import { forgetLibpqVariables } from "../local/libpq-variables.ts";
import { schemaOfDatabase } from "./audit/database-schema.ts";
import { schemaDocument } from "./audit/schema/document.ts";
import { generateTypes } from "./types/generate.ts";

const target = fileURLToPath(new URL("../supabase/database.types.ts", import.meta.url));
const schemaTarget = fileURLToPath(new URL("../docs/schema.md", import.meta.url));
forgetLibpqVariables();
const data = await mkdtemp(join(tmpdir(), "switchboard-types-"));
const database = await startDatabase({ data, durable: false });
try {
  await writeFile(target, await generateTypes(database.url));
  await writeFile(schemaTarget, schemaDocument(await schemaOfDatabase(database.url)));
  console.log("supabase/database.types.ts and docs/schema.md are in step with the migrations.");
} finally {
  await database.stop();
  await rm(data, { recursive: true, force: true });
}
