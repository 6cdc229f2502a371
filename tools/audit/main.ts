import { endOnSignal, terminal } from "../terminal.ts";
import { runAudit } from "./command.ts";

process.exitCode = await runAudit(process.argv.slice(2), terminal, endOnSignal());
