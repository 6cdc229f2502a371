import { expect, test } from "vitest";
import { Lanes } from "./lanes.ts";

test("few deliveries about one subject are handled at once; the next one follows when one ends", async () => {
  const lanes = new Lanes(2);
  const first = await lanes.take("a", 0);
  await lanes.take("a", 0);
  expect(await lanes.take("a", 0)).toBeNull();
  const third = lanes.take("a", 10_000);
  first?.();
  expect(await third).toBeTypeOf("function");
});

test("another subject does not wait for it", async () => {
  const lanes = new Lanes(1);
  await lanes.take("a", 0);
  expect(await lanes.take("b", 0)).toBeTypeOf("function");
});

test("a place that was given back is free, also after nobody was left", async () => {
  const lanes = new Lanes(1);
  for (let n = 0; n < 3; n++) {
    const leave = await lanes.take("a", 0);
    expect(await lanes.take("a", 0)).toBeNull();
    leave?.();
  }
});
