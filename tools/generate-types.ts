import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { generateTypes } from "./types/generate.ts";

const target = fileURLToPath(new URL("../shared/db/database.types.ts", import.meta.url));
await writeFile(target, await generateTypes());
console.log("shared/db/database.types.ts is in step with the migrations.");
