import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, expect, inject, it } from "vitest";
import {
  complete,
  openTicket,
  sample,
  type TestFile,
  uploaded,
} from "../../support/attachments.ts";
import { createUser, type TestUser } from "../../support/users.ts";

const MIB = 1024 * 1024;
const AT_ONCE = 8;

let agent: TestUser;

beforeAll(async () => {
  agent = await createUser("agent");
});

/** The process that serves the function for this stack; /proc is the only witness that asks nobody's help. */
function worker(): string {
  const { url } = inject("stack");
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!command.includes("functions/attachment-upload/index.ts")) continue;
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      if (environment.includes(`SUPABASE_URL=${url}`)) return `/proc/${pid}`;
    } catch {
      // It ended meanwhile, or is somebody else's.
    }
  }
  throw new Error("the function has no process");
}

function mebibytes(process: string, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`${process}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
}

function textFile(bytes: number): TestFile {
  return { name: "big.log", type: "text/plain", bytes: Buffer.alloc(bytes, "a line of a log\n") };
}

async function completeAtOnce(files: TestFile[]): Promise<void> {
  const tickets = await Promise.all([openTicket(agent), openTicket(agent)]);
  const ids: string[] = [];
  for (const [index, file] of files.entries()) {
    ids.push((await uploaded(agent, tickets[index % 2] ?? "", file)).attachment_id);
  }
  const answers = await Promise.all(ids.map((id) => complete(agent, id)));
  expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200));
}

// Linux alone tells a process's peak; the bound is a third of what a function that collects its files would need.
it.runIf(process.platform === "linux")(
  "memory does not grow with the files: eight of 10 MiB at once",
  async () => {
    const small = sample("image/png");
    await completeAtOnce(Array.from({ length: AT_ONCE }, () => small));
    await completeAtOnce([textFile(MIB), textFile(MIB)]);
    const process = worker();
    const before = mebibytes(process, "VmRSS");
    writeFileSync(`${process}/clear_refs`, "5");

    await completeAtOnce(Array.from({ length: AT_ONCE }, () => textFile(10 * MIB)));

    const peak = mebibytes(process, "VmHWM");
    const moved = 2 * AT_ONCE * 10;
    console.log(
      `attachment-upload: ${before.toFixed(0)} MiB before, ${peak.toFixed(0)} MiB at the peak of ${AT_ONCE} × 10 MiB`,
    );
    expect((peak - before) / moved).toBeLessThan(0.33);
  },
);
