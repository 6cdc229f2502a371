import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Answer, Asked } from "./http.ts";

/**
 * A failure on demand. It applies to the next requests that fit, so a test names something of its own in `includes`
 * (a number, a name, an id in the path or body) and does not disturb other tests.
 */
export const Fault = z.object({
  method: z.string().optional(),
  path: z.string().optional(),
  includes: z.string(),
  /**
   * refuse: not done. after: done, then answered with the failure. hang: not done and never answered. hang_after:
   * done and never answered.
   * slow: answered late. trickle: answered with the failure, the second half of the body late.
   */
  mode: z.enum(["refuse", "after", "hang", "hang_after", "slow", "trickle"]).default("refuse"),
  status: z.number().default(500),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  milliseconds: z.number().default(0),
  times: z.number().default(1),
});
export type Fault = z.infer<typeof Fault>;

const fits = (fault: Fault, { method, path, text }: Asked) =>
  fault.times > 0 &&
  (fault.method === undefined || fault.method === method) &&
  (fault.path === undefined || path.startsWith(fault.path)) &&
  `${path} ${text}`.includes(fault.includes);

const never = () => new Promise<never>(() => {});

/** Answers a request, with the first fault that fits it. */
export async function withFaults(
  faults: Fault[],
  asked: Asked,
  answer: () => Answer,
): Promise<Answer> {
  const fault = faults.find((candidate) => fits(candidate, asked));
  if (!fault) return answer();
  fault.times--;
  const { mode, status, body, headers } = fault;
  if (mode === "hang") return await never();
  if (mode === "slow") {
    await pause(fault.milliseconds);
    return answer();
  }
  if (mode === "trickle") return { status, body, headers, pause_in_body: fault.milliseconds };
  if (mode === "refuse") return { status, body, headers };
  answer();
  return mode === "after" ? { status, body, headers } : await never();
}
