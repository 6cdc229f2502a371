import { kills } from "./kills.ts";
import type { Scenario } from "./scenario.ts";
import { StackProcess } from "./stack-process.ts";

/** Kills in turn while a scenario runs. Whether nothing was lost and nothing doubled. */
export async function survives(
  scenario: Scenario,
  folder: string,
  rounds = scenario.rounds,
): Promise<boolean> {
  const stack = new StackProcess(folder, await scenario.open());
  let isWhole = true;
  try {
    await stack.start();
    await scenario.prepare(stack);
    for (let number = 0; number < rounds; number++) {
      const kill = kills[number % kills.length] ?? "postmaster";
      const { underway, retries, lost, doubled, outcome } = await scenario.round(
        stack,
        kill,
        number,
      );
      console.log(
        `${scenario.name} ${number + 1}. ${kill}: ${underway}; ${retries} tried again, ${lost} lost, ${doubled} doubled; ${outcome}`,
      );
      if (lost + doubled > 0) isWhole = false;
      if (stack.hasEnded) await stack.start();
    }
    return isWhole;
  } finally {
    await stack.stop();
    console.log(`${scenario.name}: ${await scenario.finish()}`);
  }
}
