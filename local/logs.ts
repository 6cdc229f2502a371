import { AsyncLocalStorage } from "node:async_hooks";
import { createWriteStream } from "node:fs";
import { format } from "node:util";

/** A log file that takes lines. */
export interface LineLog {
  write(line: string): void;
  close(): Promise<void>;
}

export function openLog(file: string): LineLog {
  const stream = createWriteStream(file, { flags: "a" });
  // A full disk must not end the stack.
  stream.on("error", () => {});
  return {
    write: (line) => {
      if (stream.writable) stream.write(`${new Date().toISOString()} ${line.trimEnd()}\n`);
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

const captured = new AsyncLocalStorage<LineLog>();
let isPatched = false;

/** Runs something whose console output belongs into a file; everybody else's stays on the console. */
export function captureConsole<T>(log: LineLog, run: () => Promise<T>): Promise<T> {
  if (!isPatched) {
    isPatched = true;
    for (const method of ["log", "info", "warn", "error"] as const) {
      const original = console[method].bind(console);
      console[method] = (...values: unknown[]) => {
        const target = captured.getStore();
        if (target === undefined) original(...values);
        else target.write(format(...values));
      };
    }
  }
  return captured.run(log, run);
}
