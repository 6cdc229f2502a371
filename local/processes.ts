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

/**
 * The `npm` that started this process, if one did. When it is killed the shell between us and it lives on, so
 * nobody would tell us.
 */
export function npmAncestor(): ProcessIdentity | null {
  if (process.env.npm_lifecycle_event === undefined) return null;
  let pid = process.ppid;
  for (let level = 0; level < 4 && pid > 1; level++) {
    const parent = describe(pid);
    if (parent === null) return null;
    if (/\bnpm\b/.test(parent.command)) return identify(pid);
    pid = parent.parentPid;
  }
  return null;
}

function describe(pid: number): { parentPid: number; command: string } | null {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const parentPid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return { parentPid, command: readFileSync(`/proc/${pid}/cmdline`, "utf8") };
    }
    const line = execFileSync("ps", ["-o", "ppid=,command=", "-p", String(pid)], {
      encoding: "utf8",
    });
    const [, parentPid, command] = /^\s*(\d+)\s+(.*)$/.exec(line.trim()) ?? [];
    return command === undefined ? null : { parentPid: Number(parentPid), command };
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
