/** How somebody's call goes: at which hour, how long they would talk (0: nobody does), how it ends unless the caller hangs up. */
export type Plan = readonly [hour: number, seconds: number, endedReason?: string];

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How many of a day's calls begin in each hour from six in the morning: check-out, a long midday, check-in, a quiet evening. */
const HOURS = [1, 2, 5, 8, 9, 6, 4, 3, 4, 7, 9, 8, 5, 3, 2, 1, 1];
const FIRST_HOUR = 6;

/** Of every hundred calls. The others end when the caller hangs up. */
const ENDS: readonly { share: number; endedReason: string; isTalk: boolean }[] = [
  { share: 11, endedReason: "customer-did-not-answer", isTalk: false },
  { share: 5, endedReason: "customer-busy", isTalk: false },
  { share: 14, endedReason: "assistant-forwarded-call", isTalk: true },
  { share: 6, endedReason: "silence-timed-out", isTalk: true },
  { share: 5, endedReason: "pipeline-error-openai-llm-failed", isTalk: true },
];

/** Most calls are short and a few are long: exp of a sum of numbers, about 75 s in the middle. */
function talk(next: () => number): number {
  const spread = next() + next() + next() - 1.5;
  return Math.max(6, Math.round(75 * Math.exp(1.6 * spread)));
}

function hour(next: () => number): number {
  let left = next() * HOURS.reduce((sum, calls) => sum + calls, 0);
  const at = HOURS.findIndex((calls) => {
    left -= calls;
    return left < 0;
  });
  return FIRST_HOUR + at + next();
}

function planned(next: () => number): Plan {
  const at = hour(next);
  let left = 100 * next();
  const end = ENDS.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  const seconds = talk(next);
  return end === undefined ? [at, seconds] : [at, end.isTalk ? seconds : 0, end.endedReason];
}

/** A believable day of so many calls, in their order; the same for the same seed. */
export function dayOfCalls(seed: number, calls: number): Plan[] {
  const next = numbersFrom(seed);
  return Array.from({ length: calls }, () => planned(next)).sort(([a], [b]) => a - b);
}
