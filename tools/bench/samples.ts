import { performance } from "node:perf_hooks";

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

const rounded = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** `12.3 ms (11.8 to 14.0)`: the median, the lowest and the highest. */
export function spread(samples: readonly number[], unit: string): string {
  const [low, high] = [Math.min(...samples), Math.max(...samples)];
  return `${rounded(median(samples))} ${unit} (${rounded(low)} to ${rounded(high)})`;
}

export const ratio = (value: number) => (value >= 10 ? value.toFixed(0) : value.toFixed(2));

/** Milliseconds that a piece of work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Runs the sides in turn, so that noise on the machine affects all of them; the first round warms up and is not counted. */
export async function inTurn(
  rounds: number,
  sides: readonly (() => Promise<number>)[],
): Promise<number[][]> {
  const samples: number[][] = sides.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, side] of sides.entries()) {
      const sample = await side();
      if (round >= 0) samples[index]?.push(sample);
    }
  }
  return samples;
}
