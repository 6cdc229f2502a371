import type { Cluster } from "switchboard-audit/postgres";
import { StackError, withAdvice } from "../errors.ts";

/** So many ends within so long are no accident: what ends Postgres will end it again. */
const most = 5;
const withinMs = 60_000;
/** As long as a start after a crash may take. */
const patienceMs = 15_000;

export interface KeepRunningOptions {
  cluster: Cluster;
  /** A sentence for whoever watches the stack. */
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
