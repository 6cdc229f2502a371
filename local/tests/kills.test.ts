import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { killRound, kills } from "../../tools/faults/kill-rounds.ts";
import { StackProcess } from "../../tools/faults/stack-process.ts";

const data = mkdtempSync(join(tmpdir(), "switchboard-kills-"));
const stack = new StackProcess(data);
beforeAll(() => stack.start());
afterAll(async () => {
  await stack.stop();
  rmSync(data, { recursive: true, force: true });
});

// The short form of `npm run test:faults`, which has sixteen rounds.
test.each(kills.map((kill, number) => ({ kill, number })))(
  "with $kill killed under 30 signed deliveries, none is lost and none doubled",
  async ({ kill, number }) => {
    const round = await killRound(stack, kill, number);
    expect(round).toMatchObject({ lost: 0, doubled: 0, outcome: "recovered" });
  },
  180_000,
);
