import { createHash } from "node:crypto";
import type { Guard } from "./guards.ts";

const rank = (seed: string, { kind, name }: Guard) =>
  createHash("sha256").update(`${seed} ${kind} ${name}`).digest("hex");

/** So many guards of each kind, chosen by their names and a seed: the same ones on every machine, whatever else there is. */
export function sampleOf(guards: readonly Guard[], ofEach: number, seed: string): Guard[] {
  const taken = new Map<string, number>();
  return guards
    .map((guard) => ({ guard, rank: rank(seed, guard) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .flatMap(({ guard }) => {
      const count = (taken.get(guard.kind) ?? 0) + 1;
      taken.set(guard.kind, count);
      return count <= ofEach ? [guard] : [];
    });
}
