import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { identify, type ProcessIdentity } from "switchboard-audit/postgres";

/**
 * The `npm` that started this process, if one did. When npm is killed, the shell between npm and this process lives
 * on, so nothing would tell this process.
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
