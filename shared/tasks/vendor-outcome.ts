import type { VendorError } from "../vendor/error.ts";
import { failedForGood, retry, type TaskOutcome } from "./task-handler.ts";

/**
 * Seconds until the next try after a vendor's failure, by the tries so far: the queue's own
 * schedule, but 40 minutes in place of two hours, so that an outage of an hour is over for us
 * within the next. Later tries follow the schedule.
 */
const WAIT_SECONDS: readonly number[] = [60, 300, 1_800, 2_400];

/**
 * What a vendor's failure means for the task: what asking again cannot mend ends it, everything
 * else is tried again, when the vendor says or by the schedule above.
 * @param attempts tries so far, this one included
 */
export function vendorOutcome(error: VendorError, attempts: number): TaskOutcome {
  if (error.isPermanent) return failedForGood(error.code);
  return retry(error.code, error.retryAfterSeconds ?? WAIT_SECONDS[attempts - 1]);
}
