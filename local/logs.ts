import { AsyncLocalStorage } from "node:async_hooks";
import { closeSync, openSync, writeSync } from "node:fs";
import { format } from "node:util";

/** A log file that takes lines. */
export interface LineLog {
  write(line: string): void;
  close(): void;
}

export function openLog(file: string): LineLog {
  let descriptor: number | null = openSync(file, "a");
  return {
    write: (line) => {
      if (descriptor === null) return;
      try {
        // Not through a stream: a line is sooner written than handed to another thread.
        writeSync(descriptor, `${new Date().toISOString()} ${line.trimEnd()}\n`);
      } catch {
        // A full disk must not end the stack.
      }
    },
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
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
