import { expect, test } from "vitest";
import { BodiesInFlight } from "./bodies-in-flight.ts";

const KIB = 1024;
const LARGE = 400 * KIB;

test("large bodies have room for so many bytes, and the next in line waits for it", async () => {
  const bodies = new BodiesInFlight(1000 * KIB);
  const first = await bodies.take(LARGE);
  await bodies.take(LARGE);
  const third = bodies.take(LARGE);
  first?.();
  expect(await third).toBeTypeOf("function");
});

test("who finds no room in time gets none, and holds nobody up behind", async () => {
  const bodies = new BodiesInFlight(1000 * KIB);
  await bodies.take(LARGE);
  const tooMuch = bodies.take(900 * KIB, 20);
  const fitting = bodies.take(LARGE);
  expect(await tooMuch).toBeNull();
  expect(await fitting).toBeTypeOf("function");
});

test("a small body never waits", async () => {
  const bodies = new BodiesInFlight(1000 * KIB);
  await bodies.take(1000 * KIB);
  expect(await bodies.take(64 * KIB, 0)).toBeTypeOf("function");
  expect(await bodies.take(LARGE, 0)).toBeNull();
});
