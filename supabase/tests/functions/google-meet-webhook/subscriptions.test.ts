import { expect, it } from "vitest";
import { pushOf } from "../../../../tools/simulate/google-meet.ts";
import { sql, sqlOne } from "../../support/database.ts";
import {
  failGoogle,
  google,
  mendGoogle,
  subscriptionsTo,
  tellGoogleMeet,
} from "../../support/google-meet.ts";
import { newGoogleMeetClass } from "../../support/google-meet-class.ts";
import { workOff } from "../../support/work.ts";

const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY);

const row = (space: string) =>
  sqlOne<{ id: string; name: string | null; state: string; expires_at: Date | null }>(
    "select id, name, state, expires_at from private.google_meet_subscriptions where space = $1",
    [space],
  );

/** The one subscription to a space at Google. */
async function theSubscription(space: string) {
  const [subscription, ...others] = await subscriptionsTo(space);
  expect(others).toEqual([]);
  if (!subscription) throw new Error("no subscription");
  return subscription;
}

async function subscribedClass() {
  const made = await newGoogleMeetClass([], { start: inDays(1) });
  await workOff((await row(made.space)).id);
  return { made, subscription: await theSubscription(made.space) };
}

/** The renewing job at a later time, and the work that it asks for. */
async function renew(space: string, later = "31 minutes") {
  await sql("select private.renew_google_meet_subscriptions(now() + $1::interval)", [later]);
  await workOff((await row(space)).id);
}

const lifecycle = (name: string, what: string, at = new Date(), more: object = {}) =>
  pushOf({
    type: `google.workspace.events.subscription.v1.${what}`,
    at,
    subject: `//workspaceevents.googleapis.com/${name}`,
    data: { subscription: { name, ...more } },
  });

it("a class that is near is subscribed to at once: all events, to our topic, as its host", async () => {
  const { made, subscription } = await subscribedClass();
  expect(subscription).toMatchObject({
    targetResource: `//meet.googleapis.com/${made.space}`,
    notificationEndpoint: { pubsubTopic: "projects/switchboard/topics/meet" },
    state: "ACTIVE",
    authority: made.address,
  });
  const types = subscription.eventTypes.map((type) => type.replace("google.workspace.meet.", ""));
  expect(types.sort()).toEqual([
    "conference.v2.ended",
    "conference.v2.started",
    "participant.v2.joined",
    "participant.v2.left",
    "recording.v2.ended",
    "recording.v2.fileGenerated",
    "recording.v2.started",
    "transcript.v2.fileGenerated",
  ]);
  expect(await row(made.space)).toMatchObject({ name: subscription.name, state: "active" });
});

it("a class that is far is subscribed to when it is near, by the job", async () => {
  const made = await newGoogleMeetClass([], { start: inDays(20) });
  expect(
    await sql("select from private.google_meet_subscriptions where space = $1", [made.space]),
  ).toEqual([]);
  await sql(
    "update public.live_classes set scheduled_start = now() + interval '13 days' where id = $1",
    [made.id],
  );
  await sql("select private.renew_google_meet_subscriptions(now() + interval '6 days')");
  await sql(
    "update public.live_classes set scheduled_start = now() + interval '7 days' where id = $1",
    [made.id],
  );
  await workOff((await row(made.space)).id);
  expect(await theSubscription(made.space)).toMatchObject({ state: "ACTIVE" });
});

it("a creation whose answer was lost is adopted, not repeated", async () => {
  const made = await newGoogleMeetClass([], { start: inDays(30) });
  const match = `POST /events/v1/subscriptions as ${made.address}`;
  await failGoogle({ match, status: 503, isAfterEffect: true, times: 1 });
  await sql(
    "update public.live_classes set scheduled_start = now() + interval '1 day' where id = $1",
    [made.id],
  );
  await workOff((await row(made.space)).id);
  expect((await row(made.space)).name).toBe((await theSubscription(made.space)).name);
});

it("one that is there already and tells less is adopted on 409, and made to tell everything", async () => {
  const { made, subscription } = await subscribedClass();
  const { name } = subscription;
  await google("subscription", { name, eventTypes: ["google.workspace.meet.conference.v2.ended"] });
  await sql(
    "update private.google_meet_subscriptions set name = null, state = 'absent' where space = $1",
    [made.space],
  );
  await renew(made.space);
  expect(await row(made.space)).toMatchObject({ name, state: "active" });
  expect((await theSubscription(made.space)).eventTypes).toHaveLength(8);
});

const elsewhere = { pubsubTopic: "projects/elsewhere/topics/meet" };

it("one that publishes to another topic is ended and made anew, within a day", async () => {
  const { made, subscription } = await subscribedClass();
  await google("subscription", { name: subscription.name, notificationEndpoint: elsewhere });
  await renew(made.space);
  expect(await theSubscription(made.space)).toMatchObject({ name: subscription.name });
  await renew(made.space, "25 hours");
  const anew = await theSubscription(made.space);
  expect(anew.name).not.toBe(subscription.name);
  expect(anew.notificationEndpoint).toEqual(subscription.notificationEndpoint);
  expect(await row(made.space)).toMatchObject({ name: anew.name, state: "active" });
});

it("one to another topic that only a 409 tells of is not adopted either", async () => {
  const { made, subscription } = await subscribedClass();
  await google("subscription", {
    name: subscription.name,
    notificationEndpoint: elsewhere,
    eventTypes: ["google.workspace.meet.conference.v2.ended"],
  });
  await sql(
    "update private.google_meet_subscriptions set name = null, state = 'absent' where space = $1",
    [made.space],
  );
  await renew(made.space);
  const anew = await theSubscription(made.space);
  expect(anew.notificationEndpoint).toEqual(subscription.notificationEndpoint);
  expect(await row(made.space)).toMatchObject({ name: anew.name, state: "active" });
});

it("one that somebody deleted at Google is made anew within a day", async () => {
  const { made, subscription } = await subscribedClass();
  await google("subscription", { name: subscription.name, state: "DELETED" });
  await renew(made.space, "25 hours");
  const [anew] = (await subscriptionsTo(made.space)).filter(({ state }) => state === "ACTIVE");
  expect(anew?.name).not.toBe(subscription.name);
  expect(await row(made.space)).toMatchObject({ name: anew?.name, state: "active" });
});

it("what is about to expire is renewed, and what is not is left alone", async () => {
  const { made, subscription } = await subscribedClass();
  const before = subscription.expireTime;
  await renew(made.space);
  expect((await theSubscription(made.space)).expireTime).toBe(before);

  const soon = inDays(1);
  await google("subscription", { name: subscription.name, expireTime: soon.toISOString() });
  await sql("update private.google_meet_subscriptions set expires_at = $2 where space = $1", [
    made.space,
    soon,
  ]);
  await renew(made.space);
  const renewed = await theSubscription(made.space);
  expect(Date.parse(renewed.expireTime)).toBeGreaterThan(inDays(6).getTime());
  expect((await row(made.space)).expires_at).toEqual(new Date(renewed.expireTime));
});

it("Google's reminder renews as well", async () => {
  const { made, subscription } = await subscribedClass();
  const soon = inDays(0.5).toISOString();
  await google("subscription", { name: subscription.name, expireTime: soon });
  const push = lifecycle(subscription.name, "expirationReminder", new Date(Date.now() + 1_000), {
    expire_time: soon,
  });
  expect(await tellGoogleMeet(push)).toBe("applied");
  await workOff((await row(made.space)).id);
  expect(Date.parse((await theSubscription(made.space)).expireTime)).toBeGreaterThan(
    inDays(6).getTime(),
  );
});

it("a suspended one is revived, and stays suspended while the reason lasts", async () => {
  const { made, subscription } = await subscribedClass();
  const { name } = subscription;
  await google("subscription", { name, state: "SUSPENDED" });
  const match = `POST /events/v1/${name}:reactivate`;
  await failGoogle({ match, status: 400 });
  const push = lifecycle(name, "suspended", new Date(Date.now() + 1_000), {
    suspension_reason: "ENDPOINT_PERMISSION_DENIED",
  });
  expect(await tellGoogleMeet(push)).toBe("applied");
  await workOff((await row(made.space)).id);
  expect(await row(made.space)).toMatchObject({ name, state: "suspended" });

  await mendGoogle(match);
  await renew(made.space);
  expect(await theSubscription(made.space)).toMatchObject({ name, state: "ACTIVE" });
  expect(await row(made.space)).toMatchObject({ name, state: "active" });
});

it("an expired one is made again, and an old word about the former changes nothing", async () => {
  const { made, subscription } = await subscribedClass();
  await google("subscription", { name: subscription.name, state: "DELETED" });
  expect(
    await tellGoogleMeet(lifecycle(subscription.name, "expired", new Date(Date.now() + 1_000))),
  ).toBe("applied");
  await workOff((await row(made.space)).id);
  const [, again] = await subscriptionsTo(made.space);
  expect(await row(made.space)).toMatchObject({ name: again?.name, state: "active" });
  expect(again?.name).not.toBe(subscription.name);
  expect(await tellGoogleMeet(lifecycle(subscription.name, "suspended"))).toBe("ignored");
});

it("words that are older than what we know are ignored", async () => {
  const { made, subscription } = await subscribedClass();
  expect(await tellGoogleMeet(lifecycle(subscription.name, "suspended", inDays(-1)))).toBe(
    "ignored",
  );
  expect(await row(made.space)).toMatchObject({ state: "active" });
});

it("no class is near any more: it is ended", async () => {
  const { made } = await subscribedClass();
  const { error } = await made.teacher.client
    .from("live_classes")
    .update({ status: "cancelled" })
    .eq("id", made.id);
  expect(error).toBeNull();
  await renew(made.space);
  expect(await subscriptionsTo(made.space)).toEqual([]);
  expect(await row(made.space)).toMatchObject({ name: null, state: "absent" });
});
