/** What each module of Deno's standard library is asked, the stand-ins on Node and the real ones on Deno: both must answer the same. */

type Ask = (module: Record<string, CallableFunction>) => unknown;

const bytes = (text: string) => new TextEncoder().encode(text);

/** What a call answers, or the kind of its error. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error instanceof Error ? error.constructor.name : String(error);
  }
}

const all = (calls: readonly (() => unknown)[]) => Promise.all(calls.map(outcome));

/** Runs six items of which some fail, three at a time: what came, in which order each began and ended. */
async function pool(pooledMap: CallableFunction, failing: readonly number[]): Promise<unknown> {
  const came: unknown[] = [];
  const told: string[] = [];
  const work = async (item: number) => {
    told.push(`begins ${item}`);
    for (let step = 0; step < 10 * (7 - item); step++) await Promise.resolve();
    if (failing.includes(item)) throw new Error(`no ${item}`);
    return item * 10;
  };
  try {
    for await (const result of pooledMap(3, [1, 2, 3, 4, 5, 6], work)) came.push(result);
  } catch (error) {
    const reasons: unknown[] = error instanceof AggregateError ? error.errors : [error];
    came.push(reasons.map(String).sort());
  }
  return { came, begun: told.length };
}

export const vectors: Readonly<Record<string, Ask>> = {
  "@std/crypto/timing-safe-equal": ({ timingSafeEqual }) =>
    all(
      [
        ["a", "a"],
        ["a", "b"],
        ["a", "ab"],
        ["", ""],
      ].map(
        ([a = "", b = ""]) =>
          () =>
            timingSafeEqual?.(bytes(a), bytes(b)),
      ),
    ),
  "@std/encoding/base64url": ({ encodeBase64Url, decodeBase64Url }) =>
    all([
      ...["", "a", "ab", "abc", "§?>~ü", '{"at":"2026-01-01","id":1}'].flatMap((text) => [
        () => encodeBase64Url?.(text),
        () => encodeBase64Url?.(bytes(text)),
      ]),
      () => encodeBase64Url?.(Uint8Array.of(251, 255, 254).buffer),
      ...["", "YQ", "YQ==", "-__-", "YWI", "a", "+//+", "Y Q", "YQ=a", "ü"].map(
        (text) => async () => [...(decodeBase64Url?.(text) ?? [])],
      ),
    ]),
  "@std/encoding/hex": ({ encodeHex }) =>
    all(
      ["", "a", "ü§", "\u0000\u007f"].flatMap((text) => [
        () => encodeHex?.(text),
        () => encodeHex?.(bytes(text)),
      ]),
    ),
  "@std/async/pool": ({ pooledMap }) =>
    all([[], [1], [2, 3], [6]].map((failing) => () => pooledMap && pool(pooledMap, failing))),
};
