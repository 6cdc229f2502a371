import { timed } from "./samples.ts";

/** A request that is ready to be sent. */
export interface BenchRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Whether an answer is the one that is measured. */
export type Expected = (status: number, text: string) => boolean;

export const answers =
  (expected: number): Expected =>
  (status) =>
    status === expected;

/** An answer of a webhook whose `status` is this word. */
export const says =
  (word: string): Expected =>
  (status, text) =>
    status === 200 && JSON.parse(text).status === word;

const PARALLEL = 4;
/** Requests that are made at a time, outside of what is measured. */
const BATCH = 250;

/** Milliseconds that sending takes over a few connections; every answer must be what is expected. */
async function sendAll(requests: readonly BenchRequest[], isExpected: Expected): Promise<number> {
  let next = 0;
  const work = async () => {
    for (let one = requests[next++]; one !== undefined; one = requests[next++]) {
      const response = await fetch(one.url, one);
      const text = await response.text();
      if (!isExpected(response.status, text)) {
        throw new Error(`${one.url} answered ${response.status} ${text}`);
      }
    }
  };
  return await timed(() => Promise.all(Array.from({ length: PARALLEL }, work)));
}

/** Requests a second, over so many seconds or a little longer. */
export async function throughput(
  make: (count: number) => BenchRequest[],
  isExpected: Expected,
  seconds: number,
  batch = BATCH,
): Promise<number> {
  let sent = 0;
  let milliseconds = 0;
  while (milliseconds < seconds * 1000) {
    const requests = make(batch);
    milliseconds += await sendAll(requests, isExpected);
    sent += requests.length;
  }
  return (sent / milliseconds) * 1000;
}
