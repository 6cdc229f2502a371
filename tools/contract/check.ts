import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compareContracts } from "./compare.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const path = "docs/openapi.json";

const git = (...args: string[]) =>
  execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }).trim();

/** Where the branch left main; the commit before on main itself, and without a remote. */
function base(): string {
  const remotes = git("branch", "--remotes", "--list", "origin/main", "--format=%(objectname)");
  const fork = remotes === "" ? "" : git("merge-base", "HEAD", "origin/main");
  return fork === "" || fork === git("rev-parse", "HEAD") ? "HEAD~1" : fork;
}

const [given = base()] = process.argv.slice(2);
const before = existsSync(given) ? readFileSync(given, "utf8") : git("show", `${given}:${path}`);
const after = readFileSync(`${root}${path}`, "utf8");
const changes = compareContracts(JSON.parse(before), JSON.parse(after));
for (const { isBreaking, place, what } of changes)
  console.log(`${isBreaking ? "BREAKS" : "note  "} ${place} ${what}`);
const breaking = changes.filter(({ isBreaking }) => isBreaking).length;
console.log(`Against ${given}: ${breaking} breaking changes, ${changes.length - breaking} others.`);
process.exitCode = breaking === 0 ? 0 : 1;
