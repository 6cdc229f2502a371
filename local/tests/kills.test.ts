import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { incomingRounds } from "../../tools/faults/incoming-rounds.ts";
import { kills } from "../../tools/faults/kills.ts";
import { OutgoingRounds } from "../../tools/faults/outgoing-rounds.ts";
import { StackProcess } from "../../tools/faults/stack-process.ts";

const folder = mkdtempSync(join(tmpdir(), "switchboard-kills-"));
const outgoing = new OutgoingRounds();
let stack: StackProcess;
beforeAll(async () => {
  stack = new StackProcess(folder, await outgoing.open());
  await stack.start();
  await outgoing.prepare(stack);
});
afterAll(async () => {
  await stack.stop();
  await outgoing.finish();
  rmSync(folder, { recursive: true, force: true });
});

// The short form of `npm run test:faults`, which has many rounds.
test.each(kills.map((kill, number) => ({ kill, number })))(
  "with $kill killed under 30 signed deliveries, none is lost and none doubled",
  async ({ kill, number }) => {
    const round = await incomingRounds.round(stack, kill, number);
    expect(round).toMatchObject({ lost: 0, doubled: 0, outcome: "recovered" });
  },
  180_000,
);

test.each([
  { kill: "function", number: 0 },
  { kill: "postmaster", number: 1 },
] as const)(
  "with $kill killed between facts and their mails and webhooks, none is lost and no mail is doubled",
  async ({ kill, number }) => {
    const round = await outgoing.round(stack, kill, number);
    expect(round).toMatchObject({ lost: 0, doubled: 0, outcome: "recovered" });
  },
  180_000,
);
