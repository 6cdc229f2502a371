import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sql, sqlOne } from "../../support/database.ts";
import {
  deliveriesOf,
  failMails,
  mailsTo,
  notify,
  onlyDelivery,
  release,
  requestsFor,
  sendAll,
  sendWithoutPace,
} from "../../support/mail.ts";
import { createUser } from "../../support/users.ts";
import { maintain, openTasks, passTime } from "../../support/work.ts";

const start = "2026-12-24T17:30:00+00:00";
const aClass = { title: "Algebra", scheduled_start: start };

sendWithoutPace();

describe("a notification leaves as a mail", () => {
  it("once, in the reader's language and zone, with what mail programs need", async () => {
    const user = await createUser("member", "Zoë O'Neill <b>");
    await user.client
      .from("profiles")
      .update({ language: "de", time_zone: "America/New_York" })
      .eq("id", user.id);
    await notify(
      user.id,
      "class_enrolled",
      { ...aClass, title: "<script>alert(1)</script> & Co" },
      randomUUID(),
    );
    await sendAll(user.id);
    await sendAll(user.id);
    const [mail, ...others] = await mailsTo(user.email);
    expect(others).toEqual([]);
    const { id, state, provider_id } = await onlyDelivery(user);
    expect([state, provider_id, mail?.key]).toEqual(["sent", mail?.id, id]);
    expect(mail?.subject).toBe("Sie sind für „<script>alert(1)</script> & Co“ angemeldet");
    expect(mail?.text).toContain("12:30 GMT-5");
    expect(mail?.html).toContain("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co");
    expect(mail?.html).toContain("Zoë O&#39;Neill &lt;b&gt;");
    expect(mail?.html).not.toMatch(/<script|<b>/);
    expect(mail?.headers).toMatchObject({
      "Auto-Submitted": "auto-generated",
      "List-Unsubscribe": expect.stringMatching(
        /^<http:.*\/functions\/v1\/email-unsubscribe\?token=[0-9a-v]+>$/,
      ),
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
  });

  it("with a name and a title that try to be headers", async () => {
    const evil = "A\r\nBcc: victim@example.com\u2028X: y\u0000";
    const user = await createUser("member", evil.replaceAll("\u0000", ""));
    await notify(user.id, "class_enrolled", { ...aClass, title: evil.replaceAll("\u0000", "") });
    await sendAll(user.id);
    const [mail] = await mailsTo(user.email);
    expect(mail?.to).toBe(user.email);
    expect(mail?.subject).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(Object.keys(mail?.headers ?? {}).sort()).toEqual([
      "Auto-Submitted",
      "List-Unsubscribe",
      "List-Unsubscribe-Post",
      "X-Auto-Response-Suppress",
    ]);
  });

  it("as one mail, when many of a kind come within minutes", async () => {
    const user = await createUser();
    for (const number of Array.from({ length: 25 }, (_, at) => at)) {
      await notify(
        user.id,
        "class_enrolled",
        { ...aClass, title: `Class ${number}` },
        randomUUID(),
      );
    }
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    await sendAll(user.id);
    const mails = await mailsTo(user.email);
    expect(mails.map(({ subject }) => subject).sort()).toEqual([
      "25 messages: You are enrolled in “Class 0”",
      "Your trial ends soon",
    ]);
    expect(mails.find(({ subject }) => subject.startsWith("25"))?.text).toContain("… and 5 more.");
    const rows = await deliveriesOf(user.id);
    expect(rows.map(({ state }) => state)).toEqual(Array(26).fill("sent"));
    expect(rows.filter(({ sent_with }) => sent_with !== null)).toHaveLength(24);
    // The next of the kind waits for the end of the window.
    await notify(user.id, "class_enrolled", aClass, randomUUID());
    const { waits } = await sqlOne<{ waits: boolean }>(
      "select due_at > now() + interval '8 minutes' as waits from public.message_deliveries where user_id = $1 order by created_at desc limit 1",
      [user.id],
    );
    expect(waits).toBe(true);
  });
});

describe("nothing leaves that should not", () => {
  it("what was turned off, also after it was queued and handed out; and what has to be told cannot be", async () => {
    const user = await createUser();
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    await release(user.id);
    const set = (p_kind: string, p_is_enabled: boolean) =>
      user.client.rpc("set_notification_preference", { p_kind, p_channel: "email", p_is_enabled });
    expect((await set("demo_2_days", false)).data).toMatchObject({ is_enabled: false });
    await sendAll(user.id);
    expect(await onlyDelivery(user)).toMatchObject({ state: "suppressed", reason: "turned_off" });
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    expect(await deliveriesOf(user.id)).toHaveLength(1);
    expect(await mailsTo(user.email)).toEqual([]);
    expect((await set("purge_7_days", false)).error).toMatchObject({
      hint: "notification_required",
    });
    expect((await set("nothing_of_ours", true)).error).toMatchObject({
      hint: "unknown_notification_kind",
    });
    const { data } = await user.client.rpc("notification_settings");
    expect(data).toContainEqual({
      kind: "demo_2_days",
      channel: "email",
      is_enabled: false,
      is_required: false,
    });
  });

  it("to an address that nobody confirmed, and about what was withdrawn", async () => {
    const [stranger, user] = [await createUser(), await createUser()];
    await sql("update auth.users set email_confirmed_at = null where id = $1", [stranger.id]);
    await notify(stranger.id, "demo_2_days", { demo_expires_at: start });
    await notify(user.id, "class_moved", { ...aClass, previous_start: start }, randomUUID());
    await sql("delete from public.notifications where user_id = $1", [user.id]);
    await sendAll(stranger.id);
    await sendAll(user.id);
    expect(await onlyDelivery(stranger)).toMatchObject({
      state: "suppressed",
      reason: "no_confirmed_address",
    });
    expect(await onlyDelivery(user)).toMatchObject({ state: "suppressed", reason: "withdrawn" });
    expect(await mailsTo(stranger.email)).toEqual([]);
    expect(await mailsTo(user.email)).toEqual([]);
  });
});

describe("whatever the provider does, a mail is sent once and never lost", () => {
  it.each([
    ["takes it and says nothing", { isTaken: true, isSilent: true }],
    [
      "takes it and answers what is no answer",
      { isTaken: true, status: 200, text: "<html>OK</html>" },
    ],
    ["takes it and answers without an id", { isTaken: true, status: 200, text: "{}" }],
    ["takes it and says that it failed", { isTaken: true, status: 500 }],
    ["is away", { status: 503 }],
    ["has the same request at work", { status: 409, name: "concurrent_idempotent_requests" }],
    ["does not like the key of the account", { status: 403, name: "validation_error" }],
  ])("it %s", async (_, fault) => {
    const user = await createUser();
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    await failMails({ to: user.email, times: 2, ...fault });
    await sendAll(user.id);
    const { id, state, provider_id } = await onlyDelivery(user);
    const [mail, ...others] = await mailsTo(user.email);
    expect(others).toEqual([]);
    expect([state, provider_id]).toEqual(["sent", mail?.id]);
    const requests = await requestsFor(user.email);
    expect(requests.map(({ key }) => key)).toEqual([id, id, id]);
  });

  it("it is slow, and two workers have the mail at once", async () => {
    const user = await createUser();
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    await failMails({ to: user.email, times: 1, isTaken: true, isSilent: true });
    await release(user.id);
    const { id } = await onlyDelivery(user);
    const first = maintain();
    await expect.poll(() => requestsFor(user.email), { timeout: 30_000 }).toHaveLength(1);
    await sql(
      "update public.tasks set leased_until = now() where resource_id = $1 and leased_until > now()",
      [id],
    );
    await maintain();
    await first;
    await sendAll(user.id);
    const [mail, ...others] = await mailsTo(user.email);
    expect(others).toEqual([]);
    const { state, provider_id } = await onlyDelivery(user);
    expect([state, provider_id]).toEqual(["sent", mail?.id]);
    const keys = (await requestsFor(user.email)).map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys)).toEqual(new Set([id]));
  });

  it("it says how long to wait, and no mail leaves before that", async () => {
    const [user, other] = [await createUser(), await createUser()];
    for (const { id } of [user, other]) await notify(id, "demo_2_days", { demo_expires_at: start });
    await failMails({
      to: user.email,
      times: 1,
      status: 429,
      name: "rate_limit_exceeded",
      retryAfter: 77,
    });
    await release(user.id);
    const { id } = await onlyDelivery(user);
    await maintain();
    const [task] = await openTasks(id);
    expect(task?.waits_seconds).toBeGreaterThan(60);
    expect(task?.attempts).toBe(0);
    await release(other.id);
    await maintain();
    expect(await mailsTo(other.email)).toEqual([]);
    expect(await onlyDelivery(other)).toMatchObject({ state: "queued" });
    await sql("update private.mail_pace set paused_until = 'epoch', next_slot_at = 'epoch'");
    await sendAll(user.id);
    await sendAll(other.id);
    expect(await mailsTo(user.email)).toHaveLength(1);
    expect(await mailsTo(other.email)).toHaveLength(1);
  });

  it("it is away for two days", async () => {
    const user = await createUser();
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    await failMails({ to: user.email, times: 8, status: 503 });
    await release(user.id);
    const { id } = await onlyDelivery(user);
    for (const _ of Array.from({ length: 8 })) {
      await passTime(id, 21_600);
      await sql(
        "update public.message_deliveries set released_at = released_at - interval '6 hours' where id = $1",
        [id],
      );
      await sql(
        "update private.rendered_messages set try_began_at = try_began_at - interval '6 hours', unknown_since = unknown_since - interval '6 hours' where delivery_id = $1",
        [id],
      );
      await maintain();
    }
    expect(await onlyDelivery(user)).toMatchObject({ state: "queued" });
    await sendAll(user.id);
    expect(await onlyDelivery(user)).toMatchObject({ state: "sent" });
    expect(await mailsTo(user.email)).toHaveLength(1);
  });

  it("it may have it, and has forgotten the key by now: an admin decides", async () => {
    const [user, admin] = [await createUser(), await createUser("admin")];
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    await failMails({ to: user.email, times: 1, isTaken: true, isSilent: true });
    await release(user.id);
    const { id } = await onlyDelivery(user);
    await maintain();
    await sql(
      "update private.rendered_messages set unknown_since = unknown_since - interval '1 day' where delivery_id = $1",
      [id],
    );
    await sendAll(user.id);
    expect(await onlyDelivery(user)).toMatchObject({ state: "failed", reason: "outcome_unknown" });
    const failed = await admin.client.from("message_deliveries").select("id").eq("state", "failed");
    expect(failed.data).toContainEqual({ id });
    expect((await user.client.rpc("resend_message", { p_delivery_id: id })).error).toMatchObject({
      hint: "forbidden",
    });
    expect((await admin.client.rpc("resend_message", { p_delivery_id: id })).error).toBeNull();
    await sendAll(user.id);
    expect(await onlyDelivery(user)).toMatchObject({ state: "sent" });
    expect((await mailsTo(user.email)).map(({ key }) => key)).toEqual([`${id}-2`, id]);
    expect((await admin.client.rpc("resend_message", { p_delivery_id: id })).error).toMatchObject({
      hint: "message_not_failed",
    });
  });

  it("it refuses the mail for good: the task is dead and the message failed", async () => {
    const user = await createUser();
    await notify(user.id, "demo_2_days", { demo_expires_at: start });
    await failMails({ to: user.email, times: 1, status: 422, name: "invalid_parameter" });
    await sendAll(user.id);
    expect(await onlyDelivery(user)).toMatchObject({
      state: "failed",
      reason: "resend_422_invalid_parameter",
    });
  });
});
