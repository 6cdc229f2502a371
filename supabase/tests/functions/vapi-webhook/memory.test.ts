import { expect, it } from "vitest";
import { callTo, createTenant, deliverVapi, type Tenant, tellVapi } from "../../support/vapi.ts";
import { memoryOf } from "../../support/worker-memory.ts";

const AT_ONCE = 25;
const ROUNDS = 10;
const MIB = 1024 * 1024;
/** What is left of the platform's 256 MiB is its own, and a margin. */
const BOUND_MIB = 190;

const line = "Hello, how can I help you today? I should like an appointment on Friday, please.";

/** A report of 1 MiB: the messages of a call of hours. */
function longReport(tenant: Tenant): string {
  const call = callTo(tenant, new Date(Date.now() - 600_000));
  const messages = Array.from({ length: MIB / 1000 }, (_, n) => ({
    role: n % 2 === 0 ? "bot" : "user",
    secondsFromStart: n,
    message: line.repeat(12).slice(0, 950),
  }));
  return JSON.stringify(call.report({ seconds: 60, more: { messages } }));
}

it.runIf(process.platform === "linux")(
  "memory is bounded: ten rounds of 25 reports of 1 MiB at once",
  async () => {
    const tenant = await createTenant({}, null);
    await tellVapi({ message: { type: "hang" } });
    const memory = memoryOf("vapi-webhook");
    memory.forgetPeak();
    let applied = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const reports = Array.from({ length: AT_ONCE }, () => longReport(tenant));
      const answers = await Promise.all(reports.map((report) => deliverVapi(report)));
      for (const answer of answers) expect([200, 503]).toContain(answer.status);
      await Promise.all(answers.map((answer) => answer.arrayBuffer()));
      applied += answers.filter(({ status }) => status === 200).length;
    }
    expect(applied).toBeGreaterThan(ROUNDS);
    console.log(`vapi-webhook: ${memory.peak().toFixed(0)} MiB at the peak, ${applied} stored`);
    expect(memory.peak()).toBeLessThan(BOUND_MIB);
  },
  180_000,
);
