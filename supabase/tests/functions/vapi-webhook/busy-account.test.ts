import { expect, it, vi } from "vitest";
import { database, sqlOne } from "../../support/database.ts";
import { callTo, createTenant, deliverVapi, tellVapi, usedSeconds } from "../../support/vapi.ts";

/** More than may wait for locked rows, and more than the API has connections. */
const DELIVERIES = 30;

it("while one account is locked, others are served; what was deferred is applied soon after, by no job", async () => {
  const [busy, other] = [await createTenant(), await createTenant()];
  const minutesAgo = new Date(Date.now() - 60_000);
  await tellVapi({ message: { type: "hang" } });
  const locker = await database().connect();
  const reports = Array.from({ length: DELIVERIES }, () =>
    JSON.stringify(callTo(busy, minutesAgo).report({ seconds: 10 })),
  );
  // A 503 is sent again after a pause, as VAPI does: at once it would be a load of its own.
  const deliver = async (body: string): Promise<unknown> => {
    for (;;) {
      const response = await deliverVapi(body);
      const answer = await response.json();
      if (response.status === 200) return answer.status;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };
  try {
    await locker.query("begin");
    await locker.query("select from public.user_limits where user_id = $1 for update", [
      busy.user.id,
    ]);
    const flood = reports.map(deliver);
    const call = callTo(other, minutesAgo);
    expect(await tellVapi(call.request())).toMatchObject({ assistantId: other.vapiAssistantId });
    expect(await tellVapi(call.report({ seconds: 20 }))).toMatchObject({ status: "applied" });
    // Sent again after a 503, a delivery may have been stored before.
    for (const word of await Promise.all(flood)) expect(word).toMatch(/^(deferred|duplicate)$/);
  } finally {
    await locker.query("rollback");
    locker.release();
  }
  await vi.waitFor(async () => expect(await usedSeconds(busy.user.id)).toBe(10 * DELIVERIES), {
    timeout: 20_000,
    interval: 100,
  });
  const { attempts } = await sqlOne<{ attempts: number }>(
    `select max(attempts)::integer as attempts from public.webhook_events
     where event #>> '{call,vapi_assistant_id}' = $1`,
    [busy.vapiAssistantId],
  );
  expect(attempts).toBe(1);
});
