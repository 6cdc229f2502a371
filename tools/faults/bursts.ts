import { median, timed } from "../bench/samples.ts";
import { AccountsWithCalls } from "./accounts-with-calls.ts";
import { StackProcess } from "./stack-process.ts";

const ROUNDS = 4;
const AT_ONCE = 400;

/** Four hundred reports come at once, of one account and of more. Whether each was counted once. */
export async function bursts(folder: string): Promise<boolean> {
  const stack = new StackProcess(folder);
  let isWell = true;
  try {
    await stack.start();
    for (let round = 0; round < ROUNDS; round++) {
      const accounts = await AccountsWithCalls.make(stack, 7 ** round);
      let retries = 0;
      const took = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, number) =>
          timed(async () => {
            retries += await accounts.report(number);
          }),
        ),
      );
      const { agree, told } = await accounts.checkBooks();
      if (!agree) isWell = false;
      console.log(
        `bursts ${round + 1}. ${AT_ONCE} at once for ${accounts.assistants.length} accounts: taken after ${median(took).toFixed(0)} ms in the median and ${Math.max(...took).toFixed(0)} ms at most, sent again ${retries} times; ${told}`,
      );
    }
    return isWell;
  } finally {
    await stack.stop();
  }
}
