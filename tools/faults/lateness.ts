/** How long something took from when it was due, in seconds. */
export interface Lateness {
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
}

/** What two drains of the same may differ by on a busy machine. */
const TOLERANCE = 1.15;
const TOLERANCE_S = 2;

export function latenessOf(milliseconds: readonly number[]): Lateness {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) / 1000;
  return { median: at(0.5), p95: at(0.95), longest: at(1) };
}

export const describeLateness = ({ median, p95, longest }: Lateness): string =>
  `${median.toFixed(1)} s late in the median, ${p95.toFixed(1)} s at the 95th percentile, ${longest.toFixed(1)} s at most`;

/** Whether what came under a burden was as good as in time. */
export const isNoLater = (burdened: Lateness, free: Lateness): boolean =>
  burdened.p95 <= free.p95 * TOLERANCE + TOLERANCE_S &&
  burdened.longest <= free.longest * TOLERANCE + TOLERANCE_S;
