import { endOnSignal, terminal } from "../terminal.ts";
import { runVerify } from "./command.ts";

process.exitCode = await runVerify(process.argv.slice(2), terminal, endOnSignal());
