import { beforeAll, expect, it } from "vitest";
import {
  complete,
  openTicket,
  sample,
  type TestFile,
  uploaded,
} from "../../support/attachments.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { memoryOf } from "../../support/worker-memory.ts";

const MIB = 1024 * 1024;
const AT_ONCE = 8;

let agent: TestUser;

beforeAll(async () => {
  agent = await createUser("agent");
});

function textFile(bytes: number): TestFile {
  return { name: "big.log", type: "text/plain", bytes: Buffer.alloc(bytes, "a line of a log\n") };
}

async function completeAtOnce(files: TestFile[]): Promise<void> {
  const tickets = await Promise.all([openTicket(agent), openTicket(agent)]);
  const ids: string[] = [];
  for (const [index, file] of files.entries()) {
    ids.push((await uploaded(agent, tickets[index % 2] ?? "", file)).attachment_id);
  }
  expect(await Promise.all(ids.map((id) => completeInTheEnd(id)))).toEqual(ids.map(() => "200"));
}

/** Completes a file, and again where a busy machine answers 503, as its clients do; the status, with the reason of a refusal. */
async function completeInTheEnd(id: string): Promise<string> {
  for (let tries = 1; ; tries++) {
    const answer = await complete(agent, id);
    if (answer.status === 200) return "200";
    const told = `${answer.status} ${await answer.text()}`;
    if (answer.status !== 503 || tries === 5) return told;
    console.log(`attachment-upload: told to come again: ${told}`);
  }
}

// Linux alone tells a process's peak; the bound is a third of what a function that collects its files would need.
it.runIf(process.platform === "linux")(
  "memory does not grow with the files: eight of 10 MiB at once",
  async () => {
    const small = sample("image/png");
    await completeAtOnce(Array.from({ length: AT_ONCE }, () => small));
    await completeAtOnce([textFile(MIB), textFile(MIB)]);
    const memory = memoryOf("attachment-upload");
    const before = memory.now();
    memory.forgetPeak();

    await completeAtOnce(Array.from({ length: AT_ONCE }, () => textFile(10 * MIB)));

    const peak = memory.peak();
    const moved = 2 * AT_ONCE * 10;
    console.log(
      `attachment-upload: ${before.toFixed(0)} MiB before, ${peak.toFixed(0)} MiB at the peak of ${AT_ONCE} × 10 MiB`,
    );
    expect((peak - before) / moved).toBeLessThan(0.33);
  },
);
