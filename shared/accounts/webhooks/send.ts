import { pinnedPost } from "../../vendor/pinned-post.ts";
import { platformSockets } from "../../vendor/sockets.ts";
import { areLoopbackWebhooksAllowed, ownHosts } from "../env.ts";
import type { Delivery, Due } from "./due.ts";
import { messageOf } from "./message.ts";

/** How one try ended, as settle_webhook_attempts takes it. */
export type Attempt = {
  readonly delivery_id: string;
  readonly attempted_at: string;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly retry_after_seconds: number | null;
};

/** How long an endpoint may take to answer. */
const TIMEOUT_MS = 15_000;
/** Deliveries to one endpoint at the same time. */
const AT_ONCE = 4;

async function attempt(due: Due, delivery: Delivery, signal: AbortSignal): Promise<Attempt> {
  const startedAt = performance.now();
  const now = new Date();
  const answer = await pinnedPost(platformSockets(), {
    ...messageOf(delivery, due.secrets, now),
    url: due.url,
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    refusedHosts: ownHosts(),
    isLoopbackAllowed: areLoopbackWebhooksAllowed(),
  });
  return {
    delivery_id: delivery.id,
    attempted_at: now.toISOString(),
    duration_ms: Math.round(performance.now() - startedAt),
    ...("status" in answer
      ? {
          status: answer.status,
          error: null,
          retry_after_seconds: answer.retryAfterSeconds ?? null,
        }
      : { status: null, error: answer.fault, retry_after_seconds: null }),
  };
}

/** Whether an answer says that the endpoint, and not only this delivery, is in trouble. */
const isInTrouble = ({ status }: Attempt): boolean =>
  status === null || status === 410 || status === 429 || (status >= 502 && status <= 504);

/** Sends what is due, a few at once. After a sign of trouble no further one is begun: those stay due. */
export async function sendDue(due: Due, signal: AbortSignal): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  const waiting = [...due.deliveries];
  const sendOnAndOn = async () => {
    while (!attempts.some(isInTrouble)) {
      const delivery = waiting.shift();
      if (delivery === undefined) return;
      attempts.push(await attempt(due, delivery, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendOnAndOn));
  return attempts;
}
