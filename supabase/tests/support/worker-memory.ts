import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { testStack } from "./resources.ts";

/** The memory of the process that serves a function; /proc is the only witness that asks nobody's help, so on Linux only. */
export interface WorkerMemory {
  /** Resident now, in MiB. */
  now(): number;
  /** The most that was resident since `forgetPeak`, in MiB. */
  peak(): number;
  forgetPeak(): void;
}

/** The process of the stack of these tests; it has to have answered once. */
export function memoryOf(functionName: string): WorkerMemory {
  const process = workerOf(functionName);
  const mebibytes = (field: "VmRSS" | "VmHWM") => {
    const status = readFileSync(`${process}/status`, "utf8");
    return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  };
  return {
    now: () => mebibytes("VmRSS"),
    peak: () => mebibytes("VmHWM"),
    forgetPeak: () => writeFileSync(`${process}/clear_refs`, "5"),
  };
}

function workerOf(functionName: string): string {
  const { url } = testStack();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!command.includes(`functions/${functionName}/index.ts`)) continue;
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      if (environment.includes(`SUPABASE_URL=${url}`)) return `/proc/${pid}`;
    } catch {
      // It ended meanwhile, or is somebody else's.
    }
  }
  throw new Error(`${functionName} has no process`);
}
