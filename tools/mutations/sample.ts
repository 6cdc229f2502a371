import { createHash } from "node:crypto";

/** So many of the things, chosen by their names and a seed: the same ones on every machine, whatever else there is. */
export function sampleOf<T>(
  things: readonly T[],
  size: number,
  seed: string,
  nameOf: (thing: T) => string,
): T[] {
  return things
    .map((thing) => ({
      thing,
      rank: createHash("sha256")
        .update(`${seed} ${nameOf(thing)}`)
        .digest("hex"),
    }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ thing }) => thing);
}
