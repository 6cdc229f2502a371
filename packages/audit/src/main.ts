import { runAudit } from "./command.ts";
import { endOnSignal, terminal } from "./terminal.ts";

process.exitCode = await runAudit(process.argv.slice(2), terminal, endOnSignal());
