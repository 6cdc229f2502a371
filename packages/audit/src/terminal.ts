/** Where a command writes to. */
export interface Output {
  out: (text: string) => void;
  error: (line: string) => void;
  /** Overwrites the last progress line; "" removes it. */
  progress: (line: string) => void;
}

/** Writes to this process' own streams; progress only where a person watches. */
export const terminal: Output = {
  out: (text) => process.stdout.write(text),
  error: (line) => console.error(line),
  progress: (line) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
  },
};

/** Lets a command release its resources before a signal ends it, and returns the function that registers them. */
export function endOnSignal(): (stop: () => Promise<void>) => void {
  let stop: () => Promise<void> = async () => {};
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(code)));
  }
  return (next) => {
    stop = next;
  };
}
