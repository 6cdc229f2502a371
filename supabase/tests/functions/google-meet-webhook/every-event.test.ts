import { expect, it } from "vitest";
import {
  type GoogleMeetPush,
  GoogleMeetRun,
  googleId,
  pushOf,
} from "../../../../tools/simulate/google-meet.ts";
import { sql } from "../../support/database.ts";
import { deliverGoogleMeet, newSpace, tellGoogleMeet } from "../../support/google-meet.ts";

const at = new Date("2026-03-02T10:00:00Z");
const newRun = () => new GoogleMeetRun(newSpace(), at);
const lifecycle = (what: string) => {
  const name = `subscriptions/${googleId()}`;
  return pushOf({
    type: `google.workspace.events.subscription.v1.${what}`,
    at,
    subject: `//workspaceevents.googleapis.com/${name}`,
    data: { subscription: { name, expire_time: "2026-03-03T10:00:00Z" } },
  });
};
const resource = (kind: string, folder: string, what: string) => {
  const run = newRun();
  return run.event(`${kind}.v2.${what}`, at, {
    [kind]: { name: `${run.record}/${folder}/${googleId()}` },
  });
};

it.each<[string, () => GoogleMeetPush]>([
  ["conference.started", () => newRun().started()],
  ["conference.ended", () => newRun().ended(at)],
  ["participant.joined", () => ((run) => run.joined(run.session(), at))(newRun())],
  ["participant.left", () => ((run) => run.left(run.session(), at))(newRun())],
])("%s is applied at once", async (_, push) => {
  expect(await tellGoogleMeet(push())).toBe("applied");
});

it.each<[string, () => GoogleMeetPush]>([
  ["transcript.started", () => resource("transcript", "transcripts", "started")],
  ["transcript.ended", () => resource("transcript", "transcripts", "ended")],
  ["smartNote.started", () => resource("smartNote", "smartNotes", "started")],
  ["smartNote.ended", () => resource("smartNote", "smartNotes", "ended")],
  ["smartNote.fileGenerated", () => resource("smartNote", "smartNotes", "fileGenerated")],
  ["a type that nobody knows", () => newRun().event("space.v3.painted", at, { space: {} })],
  ["suspension of a stranger's subscription", () => lifecycle("suspended")],
  ["reminder of a stranger's subscription", () => lifecycle("expirationReminder")],
  ["expiry of a stranger's subscription", () => lifecycle("expired")],
  ["a message with attributes only", () => newRun().event("participant.v2.joined", at, null)],
])("%s is stored without effect", async (_, push) => {
  expect(await tellGoogleMeet(push())).toBe("ignored");
});

it.each<[string, () => GoogleMeetPush]>([
  ["recording.started", () => resource("recording", "recordings", "started")],
  ["recording.ended", () => resource("recording", "recordings", "ended")],
  ["recording.fileGenerated", () => resource("recording", "recordings", "fileGenerated")],
  ["transcript.fileGenerated", () => resource("transcript", "transcripts", "fileGenerated")],
])("%s is stored and acknowledged", async (_, push) => {
  expect(await tellGoogleMeet(push())).toMatch(/^(applied|deferred|ignored)$/);
});

it("the same event, published twice and pushed many times, is one row and one effect", async () => {
  const run = newRun();
  const push = run.joined(run.session(), at);
  const again = { ...push, message: { ...push.message, messageId: "7", message_id: "7" } };
  const words = await Promise.all([push, again, push, again, push].map(tellGoogleMeet));
  expect(words.sort()).toEqual(["applied", "duplicate", "duplicate", "duplicate", "duplicate"]);
  const { message } = push;
  const rows = await sql("select from public.webhook_events where dedupe_key = $1", [
    `${message.attributes["ce-source"]}|${message.attributes["ce-id"]}`,
  ]);
  expect(rows).toHaveLength(1);
});

it("a known event whose data cannot be read is acknowledged and kept for a better reader", async () => {
  const push = newRun().started();
  const broken = { ...push, message: { ...push.message, data: "%%%" } };
  expect(await tellGoogleMeet(broken)).toBe("deferred");
});

it.each(["", "not json", "[]", "null", "{}", '{"message":{"data":"aGVsbG8="}}', '"\\ud800"'])(
  "garbage is acknowledged, because any other answer brings it back for days: %j",
  async (body) => {
    const response = await deliverGoogleMeet(body);
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  },
);

it.each([Date.UTC(2999, 0), 0])(
  "an event of the time %d happened when it was published",
  async (time) => {
    const run = newRun();
    const push = run.started();
    const { message } = push;
    const attributes = { ...message.attributes, "ce-time": new Date(time).toISOString() };
    expect(await tellGoogleMeet({ ...push, message: { ...message, attributes } })).toBe("applied");
    const rows = await sql(
      "select started_at from public.meeting_instances where instance_key = $1",
      [run.record],
    );
    expect(rows).toEqual([{ started_at: new Date(message.publishTime) }]);
  },
);
