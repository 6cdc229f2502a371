import { setTimeout as sleep } from "node:timers/promises";
import { withClient } from "../../local/with-client.ts";
import { median, timed } from "../bench/samples.ts";
import { AccountsWithCalls } from "./accounts-with-calls.ts";
import { StackProcess } from "./stack-process.ts";

const LOCKED_MS = 10_000;
const DELIVERIES = 80;
const OTHERS = 20;
const EVERY_MS = 200;
/** So soon a provider has its answer. */
const IN_TIME_MS = 2_000;

/** One account is locked for ten seconds under eighty reports of its calls. Whether the others' were answered in time, and all were counted once. */
export async function lockedAccount(folder: string): Promise<boolean> {
  const stack = new StackProcess(folder);
  try {
    await stack.start();
    const accounts = await AccountsWithCalls.make(stack, 1 + OTHERS);
    // The first delivery starts the function.
    await accounts.report(0);
    const [held, others] = await withClient(stack.address.db_url, async (holder) => {
      await holder.query("begin");
      await holder.query(
        `select from public.user_limits where user_id = (select user_id from public.assistants where vapi_assistant_id = $1) for update`,
        [accounts.assistants[0]],
      );
      const mine = Array.from({ length: DELIVERIES }, () => accounts.report(0));
      const theirs: Promise<number>[] = [];
      for (const until = Date.now() + LOCKED_MS; Date.now() < until; await sleep(EVERY_MS)) {
        theirs.push(timed(() => accounts.report(1 + (theirs.length % OTHERS))));
      }
      return [mine, theirs];
    });
    const retries = (await Promise.all(held)).reduce((sum, n) => sum + n, 0);
    const took = await Promise.all(others);
    const slowest = Math.max(...took);
    const { agree, told } = await accounts.checkBooks();
    console.log(
      `locked-account: ${DELIVERIES} for an account locked for ${LOCKED_MS / 1000} s, sent again ${retries} times; meanwhile ${took.length} for others, answered in ${median(took).toFixed(0)} ms in the median and ${slowest.toFixed(0)} ms at most; ${told}`,
    );
    return agree && slowest <= IN_TIME_MS;
  } finally {
    await stack.stop();
  }
}
