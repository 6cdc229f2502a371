/**
 * Stands in for `@std/async/pool` where JSR cannot be reached.
 * Same name and signature: https://jsr.io/@std/async/doc/pool.
 */

/**
 * What becomes of each item, in order, with at most `poolLimit` under way. Once one fails none begins, those under way
 * are awaited, and an AggregateError has what they failed with.
 */
export async function* pooledMap<Item, Result>(
  poolLimit: number,
  array: Iterable<Item> | AsyncIterable<Item>,
  iteratorFn: (data: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const begun: Promise<Result>[] = [];
  const running = new Set<Promise<unknown>>();
  const errors: unknown[] = [];
  for await (const item of array) {
    const result = Promise.resolve().then(() => iteratorFn(item));
    const end = result
      .catch((error: unknown) => errors.push(error))
      .finally(() => running.delete(end));
    begun.push(result);
    running.add(end);
    if (running.size >= poolLimit) await Promise.race(running);
    if (errors.length > 0) break;
  }
  for (const settled of await Promise.allSettled(begun)) {
    if (settled.status === "fulfilled") yield settled.value;
  }
  if (errors.length > 0) throw new AggregateError(errors, "Threw while mapping.");
}
