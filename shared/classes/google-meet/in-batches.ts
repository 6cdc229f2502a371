import { pooledMap } from "@std/async/pool";

/** Far below Meet's 600 reads a minute and user, at the latency that it has. */
const AT_ONCE = 6;

/**
 * Does something for every item, a few at a time, and returns what came of each in order. Once one fails none begins.
 * @throws what the first failed with
 */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  try {
    for await (const result of pooledMap(AT_ONCE, items, work)) results.push(result);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
  return results;
}
