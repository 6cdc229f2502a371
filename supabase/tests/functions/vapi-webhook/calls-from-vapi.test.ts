import { expect, it } from "vitest";
import { storedCall, usedSeconds } from "../../support/vapi.ts";
import { callNumber, connectVapi } from "../../support/vapi-cloud.ts";
import { openLine } from "../../support/vapi-line.ts";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

it("a call from its first ring to its report, as VAPI plays it, by every credential", async () => {
  const line = await openLine();
  for (const credential of ["hmac", "bearer", "secret"] as const) {
    await connectVapi(credential);
    const played = await callNumber({
      phoneNumberId: line.vapiPhoneId,
      seconds: 30,
      startedAt: minutesAgo(5),
    });
    expect(played.answer).toMatchObject({ assistantId: line.vapiAssistantId });
    expect(played.deliveries.map(({ type, statuses }) => [type, ...statuses])).toEqual([
      ["assistant-request", 200],
      ["status-update", 200],
      ["status-update", 200],
      ["status-update", 200],
      ["end-of-call-report", 200],
    ]);
    expect(await storedCall(played.callId)).toMatchObject({
      status: "ended",
      outcome: "completed",
      duration_seconds: 30,
      assistant_id: line.assistantId,
    });
  }
  await connectVapi();
  expect(await usedSeconds(line.user.id)).toBe(90);
});

it("the caller who talks on is cut at what was granted, and the next one is refused in words", async () => {
  const line = await openLine(100);
  const call = { phoneNumberId: line.vapiPhoneId, startedAt: minutesAgo(9) };
  expect(await callNumber({ ...call, seconds: 80 })).toMatchObject({ seconds: 80 });
  expect(await callNumber({ ...call, seconds: 400 })).toMatchObject({
    seconds: 20,
    endedReason: "exceeded-max-duration",
  });
  expect(await usedSeconds(line.user.id)).toBe(100);

  const refused = await callNumber({ ...call, seconds: 10 });
  expect(refused).toMatchObject({
    answer: { error: expect.any(String) },
    endedReason: "assistant-request-returned-error",
    seconds: 0,
  });
  expect(await storedCall(refused.callId)).toMatchObject({
    outcome: "rejected",
    duration_seconds: 0,
  });
  expect(await usedSeconds(line.user.id)).toBe(100);
});

it("an open call holds what it was granted", async () => {
  const line = await openLine(100);
  const call = { phoneNumberId: line.vapiPhoneId, startedAt: minutesAgo(1), seconds: 50 };
  await callNumber({ ...call, isOpen: true });
  expect((await callNumber(call)).answer).toMatchObject({ error: expect.any(String) });
});

it("assigning another assistant, or none, takes effect at the next call", async () => {
  const line = await openLine();
  const call = { phoneNumberId: line.vapiPhoneId, startedAt: minutesAgo(5), seconds: 10 };
  const assign = async (assistant_id: string | null) =>
    line.user.client.from("phone_numbers").update({ assistant_id }).eq("id", line.phoneNumberId);
  await assign(null);
  expect((await callNumber(call)).answer).toMatchObject({ error: expect.any(String) });
  await assign(line.assistantId);
  expect((await callNumber(call)).answer).toMatchObject({ assistantId: line.vapiAssistantId });
});
