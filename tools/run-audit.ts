import { runAudit } from "./audit/command.ts";
import { startPlatform } from "./scratch-platform.ts";
import { endOnSignal, terminal } from "./terminal.ts";

process.exitCode = await runAudit(process.argv.slice(2), startPlatform, terminal, endOnSignal());
