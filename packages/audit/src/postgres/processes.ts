import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that can be told from a later one that was given the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in words only the operating system understands. */
  started: string;
}

/**
 * Who has this number now; null when nobody has, or only a zombie does (in a container without an
 * init nobody buries them).
 */
export function identify(pid: number): ProcessIdentity | null {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The name in parentheses may hold anything, so fields are counted from its end (proc(5)).
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] === "Z" || fields[0] === "X") return null;
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      return { pid, started: `${boot} ${fields[19]}` };
    } catch {
      return null;
    }
  }
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    return started === "" ? null : { pid, started };
  } catch {
    return null;
  }
}

/** Whether exactly that process still runs. */
export function isRunning(known: ProcessIdentity): boolean {
  return identify(known.pid)?.started === known.started;
}

/** Ends that process and nobody else: asks, then insists after `patienceMs`. Resolves when it is gone. */
export async function endProcess(
  known: ProcessIdentity,
  ask: NodeJS.Signals,
  patienceMs: number,
): Promise<void> {
  for (const signal of [ask, "SIGKILL"] as const) {
    const deadline = Date.now() + patienceMs;
    if (!isRunning(known)) return;
    try {
      process.kill(known.pid, signal);
    } catch {
      return;
    }
    while (isRunning(known) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
