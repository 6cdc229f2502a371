import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assemble, type Cast } from "../support/contract/cast.ts";
import { inputsOf } from "../support/contract/inputs.ts";
import { problemOf, told } from "../support/contract/judge.ts";
import { type Operation, readOperations } from "../support/contract/operations.ts";
import { send } from "../support/contract/send.ts";
import { sql } from "../support/database.ts";

const SEED = 20_261_101;
/** Requests of each caller to each operation. */
const REQUESTS = 4;
const AT_ONCE = 8;

const operations = readOperations();
let cast: Cast;
let plans: unknown[];
let targets: unknown[];
beforeAll(async () => {
  cast = await assemble();
  plans = await sql("select * from public.plans");
  targets = await sql("select * from public.sla_targets");
});
// An admin among the callers changes what holds for everybody, also for the files that come after this one.
afterAll(async () => {
  await sql(
    `update public.plans p set max_assistants = was.max_assistants, max_call_time_seconds = was.max_call_time_seconds,
       max_attachment_bytes = was.max_attachment_bytes
     from jsonb_populate_recordset(null::public.plans, $1) was where was.plan_type = p.plan_type`,
    [JSON.stringify(plans)],
  );
  await sql(
    `update public.sla_targets t set first_response_seconds = was.first_response_seconds, resolution_seconds = was.resolution_seconds
     from jsonb_populate_recordset(null::public.sla_targets, $1) was where was.priority = t.priority`,
    [JSON.stringify(targets)],
  );
});

/** Asks for one operation as everybody, and says what came and what of it the contract does not name. */
async function walk(operation: Operation, { callers, ids }: Cast) {
  const isWebhook = operation.path.endsWith("-webhook");
  const inputs = fc.sample(inputsOf(operation, ids), {
    numRuns: callers.length * REQUESTS,
    seed: SEED,
  });
  const problems: string[] = [];
  const requests = inputs.entries();
  const worker = async () => {
    for (const [place, input] of requests) {
      const caller = callers[place % callers.length];
      if (caller === undefined) throw new Error("Nobody calls.");
      const answer = await send(operation, caller, input, isWebhook && place % 4 > 0);
      const problem = problemOf(operation, answer);
      if (problem !== null) problems.push(told(caller.name, operation, input, answer, problem));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return problems;
}

// That each operation can be done at all is what its example shows (contract-examples.test.ts).
describe("everybody gets an answer that the contract names, whatever they send", () => {
  it.each(
    operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const),
  )("%s", async (_, operation) => {
    expect(await walk(operation, cast)).toEqual([]);
  });
});
