import type { Cluster } from "switchboard-audit/postgres";
import { StackError, withAdvice } from "../errors.ts";

/** More ends than this within this time are no accident: the same cause would end Postgres again. */
const most = 5;
const withinMs = 60_000;
/** The longest time that a start after a crash may take. */
const patienceMs = 15_000;

export interface KeepRunningOptions {
  cluster: Cluster;
  /** Prints a sentence for the person who watches the stack. */
  say: (line: string) => void;
  /** Called when Postgres cannot be kept running. */
  onFailure: (error: StackError) => void;
}

/** What to do when Postgres ends by itself: start it again, or say why that does not work. */
export function keepRunning({ cluster, say, onFailure }: KeepRunningOptions): () => void {
  let ends: number[] = [];
  const restart = async () => {
    say("Postgres ended by itself. Starting it again");
    await cluster.restart(patienceMs);
    say("Postgres runs again");
  };
  return () => {
    const now = Date.now();
    ends = [...ends.filter((at) => now - at < withinMs), now];
    if (ends.length > most) {
      onFailure(withAdvice(cluster.failure(`Postgres ended ${ends.length} times within a minute`)));
      return;
    }
    restart().catch((error: unknown) => {
      onFailure(
        error instanceof StackError
          ? error
          : withAdvice(cluster.failure("Postgres ended by itself and did not start again")),
      );
    });
  };
}
