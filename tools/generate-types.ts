import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startDatabase } from "../local/database.ts";
import { generateTypes } from "./types/generate.ts";

const target = fileURLToPath(new URL("../shared/db/database.types.ts", import.meta.url));
const data = await mkdtemp(join(tmpdir(), "switchboard-types-"));
const database = await startDatabase({ data, durable: false });
try {
  await writeFile(target, await generateTypes(database.url));
  console.log("shared/db/database.types.ts is in step with the migrations.");
} finally {
  await database.stop();
  await rm(data, { recursive: true, force: true });
}
