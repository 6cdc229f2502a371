import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemCode } from "../../local/errors.ts";
import { AccountsWithCalls } from "./accounts-with-calls.ts";
import { StackProcess } from "./stack-process.ts";

const ROUNDS = 4;
const DISK = "768m";
const DELIVERIES = 200;
/** So much that a round needs room which the files of a database do not have. */
const TRANSCRIPT_BYTES = 30_000;
const FULL_MS = 10_000;
/** Postgres gives back files that it needs no more. */
const FILL_EVERY_MS = 100;

/** Fills what is left of a disk, to its last byte. */
function fill(file: string): void {
  const ballast = openSync(file, "a");
  try {
    for (let bytes = 1 << 20; bytes >= 1; ) {
      try {
        writeSync(ballast, Buffer.alloc(bytes));
      } catch (error) {
        if (systemCode(error) !== "ENOSPC") throw error;
        bytes >>= 4;
      }
    }
  } finally {
    closeSync(ballast);
  }
}

/** The disk of the whole stack is full for ten seconds under reports that come in. Whether each was counted once. Mounting a disk takes root. */
export async function fullDisk(folder: string): Promise<boolean> {
  // Where Postgres' user could not reach it, the database would be on another disk.
  chmodSync(folder, 0o711);
  const disk = join(folder, "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK},mode=755`, "tmpfs", disk]);
  const stack = new StackProcess(disk);
  let isWell = true;
  try {
    await stack.start();
    const accounts = await AccountsWithCalls.make(stack, 20);
    // The first delivery starts the function.
    await accounts.report(0);
    for (let round = 0; round < ROUNDS; round++) {
      const ballast = join(disk, "ballast");
      fill(ballast);
      const filling = setInterval(() => fill(ballast), FILL_EVERY_MS);
      let taken = 0;
      const reports = Array.from({ length: DELIVERIES }, async (_, number) => {
        const options = { mayEnd: true, transcriptBytes: TRANSCRIPT_BYTES };
        const retries = await accounts.report(number, options);
        taken++;
        return retries;
      });
      const all = Promise.all(reports);
      await Promise.race([all, sleep(FULL_MS)]);
      clearInterval(filling);
      const takenMeanwhile = taken;
      rmSync(ballast);
      const hadEnded = stack.hasEnded;
      if (hadEnded) await stack.start();
      const retries = (await all).reduce((sum, n) => sum + n, 0);
      const { agree, told } = await accounts.checkBooks();
      // Had all been taken meanwhile, the disk would not have been full.
      if (!agree || takenMeanwhile === DELIVERIES) isWell = false;
      console.log(
        `full-disk ${round + 1}. ${takenMeanwhile} of ${DELIVERIES} taken while it was full, sent again ${retries} times; ${hadEnded ? `the stack had ended: ${stack.lastWords}` : "the stack went on"}; ${told}`,
      );
    }
    return isWell;
  } finally {
    await stack.stop();
    execFileSync("umount", ["--lazy", disk]);
  }
}
