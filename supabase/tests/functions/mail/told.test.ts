import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  deliveriesOf,
  eventAbout,
  failMails,
  mailsTo,
  notify,
  onlyDelivery,
  release,
  requestsFor,
  sendAll,
  sendWithoutPace,
  tellResend,
} from "../../support/mail.ts";
import { createUser } from "../../support/users.ts";
import { maintain } from "../../support/work.ts";

const start = "2026-12-24T17:30:00+00:00";
const aClass = { title: "Algebra", scheduled_start: start };

sendWithoutPace();

describe("what the provider tells later", () => {
  async function sent() {
    const user = await createUser();
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    await sendAll(user.id);
    return { user, delivery: await onlyDelivery(user) };
  }
  const statusOf = async (response: Response) =>
    ((await response.json()) as { status: string }).status;

  it("counts in any order and once", async () => {
    const { user, delivery } = await sent();
    const event = await eventAbout(delivery.id);
    expect(
      await statusOf(await tellResend("email.delivered", event, { id: `msg_once${delivery.id}` })),
    ).toBe("applied");
    expect(
      await statusOf(await tellResend("email.delivered", event, { id: `msg_once${delivery.id}` })),
    ).toBe("duplicate");
    expect(await statusOf(await tellResend("email.sent", event))).toBe("applied");
    expect(await onlyDelivery(user)).toMatchObject({ state: "delivered" });
    expect(await statusOf(await tellResend("email.opened", event))).toBe("ignored");
  });

  it("may come before the answer to the request", async () => {
    const user = await createUser();
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    await failMails({ to: user.email, times: 1, isTaken: true, isSilent: true });
    await release(user.id);
    const { id } = await onlyDelivery(user);
    await maintain();
    const [mail] = await mailsTo(user.email);
    const event = {
      ...(await eventAbout(id)),
      email_id: mail?.id,
      tags: [{ name: "delivery", value: id }],
    };
    expect(await statusOf(await tellResend("email.sent", event))).toBe("applied");
    expect(await onlyDelivery(user)).toMatchObject({ state: "sent", provider_id: mail?.id });
    await sendAll(user.id);
    expect(await requestsFor(user.email)).toHaveLength(1);
  });

  it.each([
    ["email.bounced", { bounce: { type: "Permanent" } }, "bounced", true],
    ["email.bounced", { bounce: { type: "Transient" } }, "bounced", false],
    ["email.complained", {}, "complained", true],
    ["email.suppressed", {}, "suppressed", true],
    ["email.failed", {}, "failed", false],
  ])("%s %j", async (type, more, state, isSuppressed) => {
    const { user, delivery } = await sent();
    expect(await statusOf(await tellResend(type, await eventAbout(delivery.id, more)))).toBe(
      "applied",
    );
    expect(await onlyDelivery(user)).toMatchObject({ state });
    const { data: status } = await user.client.rpc("email_status");
    expect(status).toMatchObject({ address: user.email, is_suppressed: isSuppressed });
    const told = await user.client
      .from("notifications")
      .select("kind")
      .eq("kind", "email_suppressed");
    expect(told.data).toHaveLength(isSuppressed ? 1 : 0);
    await notify(user.id, "class_enrolled", aClass, randomUUID());
    await sendAll(user.id);
    expect(await mailsTo(user.email)).toHaveLength(isSuppressed ? 1 : 2);
    if (!isSuppressed) return;
    expect((await deliveriesOf(user.id))[1]).toMatchObject({
      state: "suppressed",
      reason: "address_suppressed",
    });
    expect((await user.client.rpc("resume_emails")).data).toMatchObject({ is_suppressed: false });
    await notify(user.id, "limit_90", { limit: "call_time", used: 9, allowed: 10 });
    await sendAll(user.id);
    expect(await mailsTo(user.email)).toHaveLength(2);
  });

  it.each([
    [
      "nothing that Resend signed",
      { secret: `whsec_${Buffer.from("another secret, which nobody has").toString("base64")}` },
      "signature_invalid",
    ],
    ["what was signed long ago", { at: new Date(Date.now() - 400_000) }, "signature_stale"],
  ])("is %s: 401", async (_, options, code) => {
    const { user, delivery } = await sent();
    const response = await tellResend("email.complained", await eventAbout(delivery.id), options);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code });
    expect(await onlyDelivery(user)).toMatchObject({ state: "sent" });
  });
});
