import { join } from "node:path";
import { parseArgs } from "node:util";
import { backUp, restoreBackup } from "./backup.ts";
import { StackError } from "./errors.ts";
import { forgetLibpqVariables } from "./libpq-variables.ts";
import { projectRoot } from "./project.ts";

const usage = `npm run backup -- --to <new folder> [--data <folder>]
npm run restore -- --from <backup> --data <new folder>

  --data <folder>   the data of the stack, which must not run; .data unless said otherwise
  --to <folder>     where the backup goes; made, and never overwritten
  --from <folder>   what npm run backup made`;

forgetLibpqVariables();
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: "string", default: join(projectRoot, ".data") },
      to: { type: "string" },
      from: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { data, to, from } = values;
  if (values.help) console.log(usage);
  else if (positionals[0] === "backup" && to !== undefined) {
    await backUp(data, to);
    console.log(
      `The data in ${data} is in ${to}, keys and secrets included: keep it as safe as those.`,
    );
  } else if (positionals[0] === "restore" && from !== undefined) {
    await restoreBackup(from, data);
    console.log(`Restored into ${data}: npm start -- --data ${data}`);
  } else {
    console.error(usage);
    process.exit(2);
  }
} catch (error) {
  console.error(error instanceof StackError ? error.message : error);
  process.exit(1);
}
