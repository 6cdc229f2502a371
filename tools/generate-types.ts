import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { authTables } from "../local/api/auth-tables.ts";
import { startDatabase } from "../local/database.ts";
import { forgetLibpqVariables } from "../local/libpq-variables.ts";
import { endpointPage } from "./contract/endpoint-page.ts";
import { generateContract } from "./contract/generate.ts";
import { rpcPage } from "./contract/rpc-page.ts";
import { apiTypes } from "./contract/types.ts";
import { errorDocument } from "./errors/document.ts";
import { sqlRefusals } from "./errors/sql-refusals.ts";
import { generateTypes } from "./types/generate.ts";
import { generateDocument } from "./types/generate-document.ts";

const target = fileURLToPath(new URL("../supabase/database.types.ts", import.meta.url));
const contractTarget = fileURLToPath(new URL("../docs/openapi.json", import.meta.url));
const apiTarget = fileURLToPath(new URL("../supabase/api.types.ts", import.meta.url));
const authTarget = fileURLToPath(
  new URL("../packages/audit/src/platform/auth.sql", import.meta.url),
);
const errorsTarget = fileURLToPath(new URL("../docs/api/errors.md", import.meta.url));
const endpointsTarget = fileURLToPath(new URL("../docs/api/endpoints.md", import.meta.url));
const rpcsTarget = fileURLToPath(new URL("../docs/api/rpcs.md", import.meta.url));
const schemaTarget = fileURLToPath(new URL("../docs/schema.md", import.meta.url));
forgetLibpqVariables();
// Before the database is made, which has these tables.
await writeFile(authTarget, await authTables());
const data = await mkdtemp(join(tmpdir(), "switchboard-types-"));
const database = await startDatabase({ data, durable: false });
try {
  await writeFile(target, await generateTypes(database.url));
  const contract = await generateContract(database.url);
  await writeFile(contractTarget, contract);
  await writeFile(endpointsTarget, endpointPage(contract));
  await writeFile(rpcsTarget, rpcPage(contract));
  await writeFile(apiTarget, await apiTypes(contract));
  await writeFile(schemaTarget, await generateDocument(database.url));
  await writeFile(errorsTarget, errorDocument(await sqlRefusals(database.url)));
  console.log("The generated types and documents are in step with the migrations.");
} finally {
  await database.stop();
  await rm(data, { recursive: true, force: true });
}
