import { join } from "node:path";
import { parseArgs } from "node:util";
import { resetData } from "./data-folder.ts";
import { StackError } from "./errors.ts";
import { projectRoot } from "./project.ts";

try {
  const { values } = parseArgs({
    options: { data: { type: "string", default: join(projectRoot, ".data") } },
  });
  const kept = await resetData(values.data);
  if (kept === null) console.log(`There is no folder ${values.data}: nothing to remove.`);
  else console.log(`Removed the stack's data in ${values.data}. The next npm start makes it anew.`);
  if (kept !== null && kept.length > 0) {
    console.log(`What no stack made stays there: ${kept.join(", ")}.`);
  }
} catch (error) {
  console.error(error instanceof StackError ? error.message : error);
  process.exit(1);
}
