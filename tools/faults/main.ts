import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forgetLibpqVariables } from "../../local/libpq-variables.ts";
import { killRound, kills } from "./kill-rounds.ts";
import { StackProcess } from "./stack-process.ts";

// Sixteen kills, four of each kind, under signed deliveries: none lost, none doubled, and the stack goes on or says why not.

forgetLibpqVariables();
const rounds = Number(process.argv[2] ?? 16);
const data = mkdtempSync(join(tmpdir(), "switchboard-faults-"));
const stack = new StackProcess(data);
let isWhole = true;
try {
  await stack.start();
  for (let number = 0; number < rounds; number++) {
    const kill = kills[number % kills.length] ?? "postmaster";
    const round = await killRound(stack, kill, number);
    console.log(
      `${number + 1}. ${kill}: ${round.sent} sent, ${round.retries} tried again, ${round.lost} lost, ${round.doubled} doubled; ${round.outcome}`,
    );
    if (round.lost + round.doubled > 0) isWhole = false;
    if (stack.hasEnded) await stack.start();
  }
} finally {
  await stack.stop();
  rmSync(data, { recursive: true, force: true });
}
console.log(isWhole ? "Nothing was lost and nothing doubled." : "Deliveries were LOST or DOUBLED.");
process.exit(isWhole ? 0 : 1);
