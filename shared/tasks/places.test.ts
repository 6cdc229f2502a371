import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Places } from "./places.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A run that ends when it is told to. */
function openRun() {
  let end = () => {};
  const run = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { run, end };
}

const slow = { afterMs: 2_000, places: 3 };

function takeAll(places: Places, count: number) {
  const runs = Array.from({ length: count }, openRun);
  for (const { run } of runs) places.take(run);
  return runs;
}

it("are free again when their runs have ended", async () => {
  const places = new Places({ places: 2 });
  const [first] = takeAll(places, 2);
  expect(places.free).toBe(0);
  first?.end();
  await places.change();
  expect(places.free).toBe(1);
  expect(places.areEmpty).toBe(false);
});

it("are given up by slow runs, as many as may be slow at once", async () => {
  const places = new Places({ places: 2, slow });
  takeAll(places, 2);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(places.free).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(places.free).toBe(2);

  takeAll(places, 2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(places.free).toBe(1);

  const [last] = takeAll(places, 1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(places.free).toBe(0);
  last?.end();
  await places.change();
  expect(places.free).toBe(1);
});

it("are looked at again while no run ends, because one may have become slow", async () => {
  const places = new Places({ places: 1, slow });
  takeAll(places, 1);
  const looked = vi.fn();
  void places.change().then(looked);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(looked).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});
