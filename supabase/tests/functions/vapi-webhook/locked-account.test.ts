import { expect, it } from "vitest";
import { database, sql } from "../../support/database.ts";
import { callTo, createTenant, storedCall, tellVapi, usedSeconds } from "../../support/vapi.ts";
import { retryEvents } from "../../support/work.ts";

async function timed<Answer>(run: () => Promise<Answer>) {
  const begun = performance.now();
  return { answer: await run(), ms: performance.now() - begun };
}

it("while its account is locked a call is refused in words and its events are deferred, each in time; all is applied later", async () => {
  const tenant = await createTenant();
  const call = callTo(tenant, new Date(Date.now() - 60_000));
  // The function has started.
  await tellVapi({ message: { type: "hang" } });
  const locker = await database().connect();
  try {
    await locker.query("begin");
    await locker.query("select from public.user_limits where user_id = $1 for update", [
      tenant.user.id,
    ]);
    const asked = await timed(() => tellVapi(callTo(tenant).request()));
    expect(asked.answer).toEqual({ error: expect.any(String) });
    const told = await timed(() => tellVapi(call.report({ seconds: 33 })));
    expect(told.answer).toMatchObject({ status: "deferred" });
    // VAPI waits for 7.5 s, and the caller hears it ring.
    expect(asked.ms).toBeLessThan(6_000);
    expect(told.ms).toBeLessThan(2_000);
  } finally {
    await locker.query("rollback");
    locker.release();
  }
  await sql(
    `update public.webhook_events set next_attempt_at = now()
     where provider = 'vapi' and event #>> '{call,vapi_call_id}' = $1`,
    [call.id],
  );
  await retryEvents();
  expect(await storedCall(call.id)).toMatchObject({ duration_seconds: 33 });
  expect(await usedSeconds(tenant.user.id)).toBe(33);
  // Busy is not an answer that is remembered.
  expect(await tellVapi(callTo(tenant).request())).toMatchObject({
    assistantId: tenant.vapiAssistantId,
  });
});
