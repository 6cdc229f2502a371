import { endOnSignal, terminal } from "switchboard-audit";
import { runVerify } from "./command.ts";

process.exitCode = await runVerify(process.argv.slice(2), terminal, {
  onScratch: endOnSignal(),
});
