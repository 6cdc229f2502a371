import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { builtConsole } from "../../../local/console/build.ts";
import { startDatabase } from "../../../local/database.ts";
import { projectRoot } from "../../../local/project.ts";
import type { Bench, Row } from "../row.ts";
import { median, spread, timed } from "../samples.ts";

const ROUNDS = 3;

/** From the command to the line that says it is ready. */
async function readyIn(data: string): Promise<number> {
  const args = ["--import", "tsx", "local/start.ts", "--json", "--port", "0", "--data", data];
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    return await timed(async () => {
      for await (const line of createInterface({ input: child.stdout })) {
        if (line.startsWith("{")) return;
      }
      throw new Error("the stack ended before it was ready");
    });
  } finally {
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await exit;
  }
}

/** As the installation does (local/prepare.ts): a database that new ones are copied from and the console, unless they are there. */
async function prepare(): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), "switchboard-bench-"));
  const database = await startDatabase({ data, durable: false });
  await database.stop();
  await rm(data, { recursive: true, force: true });
  await builtConsole(() => {});
}

async function run(): Promise<Row[]> {
  await prepare();
  const first: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const data = await mkdtemp(join(tmpdir(), "switchboard-bench-"));
    first.push((await readyIn(data)) / 1000);
    again.push((await readyIn(data)) / 1000);
    await rm(data, { recursive: true, force: true });
  }
  const row = (what: string, samples: number[]): Row => ({
    what,
    budget: "≤ 5 s",
    result: `${median(samples).toFixed(1)} s`,
    holds: median(samples) <= 5,
    sides: spread(samples, "s"),
  });
  return [
    row(
      "npm start to ready after install, the first time: a new database, all migrations and the seed",
      first,
    ),
    row("npm start to ready, later", again),
  ];
}

export default { name: "stack ready", run } satisfies Bench;
