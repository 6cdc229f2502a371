import { expect, test } from "vitest";
import { dayOfCalls } from "./day-of-calls.ts";

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const CALLS = 100;
const days = SEEDS.map((seed) => dayOfCalls(seed, CALLS));
const all = days.flat();

const share = (is: (call: (typeof all)[number]) => boolean) => all.filter(is).length / all.length;

test("a seed always gives the same day, and another seed another one", () => {
  expect(dayOfCalls(7, CALLS)).toEqual(days[7]);
  expect(dayOfCalls(8, CALLS)).not.toEqual(days[7]);
});

test("calls come in their order, from six in the morning, and evenings are quieter", () => {
  for (const day of days) {
    const hours = day.map(([hour]) => hour);
    expect(hours).toEqual(hours.toSorted((a, b) => a - b));
  }
  expect(all.every(([hour]) => hour >= 6 && hour < 23)).toBe(true);
  expect(share(([hour]) => hour >= 19)).toBeLessThan(share(([hour]) => hour >= 9 && hour < 13) / 3);
});

test("most calls are short and a few are long", () => {
  const talked = all.map(([, seconds]) => seconds).filter((seconds) => seconds > 0);
  const sorted = talked.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  expect(median).toBeGreaterThan(45);
  expect(median).toBeLessThan(120);
  expect(sorted[Math.floor(sorted.length * 0.95)]).toBeGreaterThan(3 * median);
});

test("most callers hang up; some calls are not answered, passed on or broken off", () => {
  expect(share(([, , reason]) => reason === undefined)).toBeGreaterThan(0.5);
  for (const reason of [
    "customer-did-not-answer",
    "customer-busy",
    "assistant-forwarded-call",
    "silence-timed-out",
    "pipeline-error-openai-llm-failed",
  ]) {
    expect(share(([, , each]) => each === reason)).toBeGreaterThan(0.02);
  }
  for (const [, seconds, reason] of all) {
    const isTalk = reason !== "customer-did-not-answer" && reason !== "customer-busy";
    expect(seconds > 0).toBe(isTalk);
  }
});
