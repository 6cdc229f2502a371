import { join } from "node:path";
import { parseArgs } from "node:util";
import { StackError } from "./errors.ts";
import { projectRoot } from "./project.ts";
import { resetData } from "./stack.ts";

try {
  const { values } = parseArgs({
    options: { data: { type: "string", default: join(projectRoot, ".data") } },
  });
  await resetData(values.data);
  console.log(`Emptied ${values.data}. The next npm start makes it anew.`);
} catch (error) {
  console.error(error instanceof StackError ? error.message : error);
  process.exit(1);
}
