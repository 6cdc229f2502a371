import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Retries } from "./retries.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const options = { pauseMs: 1_000, rounds: 3 };
const rounds = (n: number) => vi.advanceTimersByTimeAsync(n * options.pauseMs);

test("rounds go on while something is left, a pause apart, and then end", async () => {
  const tryAgain = vi
    .fn(async () => true)
    .mockResolvedValueOnce(true)
    .mockResolvedValueOnce(false);
  const work = new Retries({ ...options, tryAgain }).start();
  await rounds(1);
  expect(tryAgain).toHaveBeenCalledTimes(1);
  await rounds(10);
  await work;
  expect(tryAgain).toHaveBeenCalledTimes(2);
});

test("what never ends is left to the job after so many rounds, and a later wish begins anew", async () => {
  const tryAgain = vi.fn(async () => true);
  const retries = new Retries({ ...options, tryAgain });
  const work = retries.start();
  await rounds(10);
  await work;
  expect(tryAgain).toHaveBeenCalledTimes(options.rounds);
  const later = retries.start();
  await rounds(10);
  await later;
  expect(tryAgain).toHaveBeenCalledTimes(2 * options.rounds);
});

test("a wish in the last round has all of its rounds", async () => {
  const tryAgain = vi.fn(async () => true);
  const retries = new Retries({ ...options, tryAgain });
  const work = retries.start();
  await rounds(2);
  expect(retries.start()).toBeNull();
  await rounds(10);
  await work;
  expect(tryAgain).toHaveBeenCalledTimes(2 + options.rounds);
});

test("a wish during a round that finds nothing is followed by another round", async () => {
  let answer = (_: boolean) => {};
  const tryAgain = vi.fn(
    () =>
      new Promise<boolean>((resolve) => {
        answer = resolve;
      }),
  );
  const retries = new Retries({ ...options, tryAgain });
  const work = retries.start();
  await rounds(1);
  // Stored after the round began, so that the round could not see it.
  expect(retries.start()).toBeNull();
  answer(false);
  await rounds(1);
  expect(tryAgain).toHaveBeenCalledTimes(2);
  answer(false);
  await work;
});

test("a round that fails ends the loop, and the next wish begins one", async () => {
  const tryAgain = vi.fn(async () => false).mockRejectedValueOnce(new Error("gone"));
  const retries = new Retries({ ...options, tryAgain });
  const failed = expect(retries.start()).rejects.toThrow("gone");
  await rounds(1);
  await failed;
  const work = retries.start();
  await rounds(1);
  await work;
  expect(tryAgain).toHaveBeenCalledTimes(2);
});
