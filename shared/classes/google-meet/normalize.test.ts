import { describe, expect, it } from "vitest";
import { GoogleMeetRun, pushOf } from "../../../tools/simulate/google-meet.ts";
import { parseJson } from "../../core/json.ts";
import type { MeetingEvent } from "../meeting-event.ts";
import { normalizeGoogleMeetEvent } from "./normalize.ts";
import { readPush } from "./push.ts";

const at = new Date("2026-03-02T10:00:00.123Z");
const run = new GoogleMeetRun("spaces/Alg3bra_x-1", at, "conferenceRecords/Rec_ord-1");
const receivedAt = new Date("2026-03-02T11:11:11Z");

function normalize(push: object): MeetingEvent {
  const event = readPush(parseJson(JSON.stringify(push)), receivedAt);
  if (!event) throw new Error("no event");
  return normalizeGoogleMeetEvent(event);
}

const instance = {
  key: "conferenceRecords/Rec_ord-1",
  meeting_id: "spaces/Alg3bra_x-1",
  host_key: null,
  title: null,
};
/** What Google tells the owner of a space only says whose the space is. */
const owned = { ...instance, owner_subscription: "subscriptions/meet-spaces-demo" };
const told = { provider: "google_meet", occurred_at: at.toISOString() };
const session = run.session("conferenceRecords/Rec_ord-1/participants/p1");

describe("an event of Meet", () => {
  it("gives a conference its start and its end by ce-time", () => {
    expect(normalize(run.started())).toEqual({
      ...told,
      kind: "meeting_started",
      instance,
      started_at: at.toISOString(),
    });
    expect(normalize(run.ended(at))).toEqual({
      ...told,
      kind: "meeting_ended",
      instance: owned,
      started_at: null,
      ended_at: at.toISOString(),
    });
  });

  it("gives a session its join and its leave, and knows nobody's name", () => {
    const nobody = {
      key: session,
      name: null,
      email: null,
      provider_user_id: null,
      handle: null,
      registrant_key: null,
      customer_key: null,
    };
    const joined = { ...nobody, joined_at: at.toISOString(), left_at: null };
    const left = { ...nobody, joined_at: null, left_at: at.toISOString() };
    const common = { ...told, instance: owned, started_at: null };
    expect(normalize(run.joined(session, at))).toEqual({
      ...common,
      kind: "participant_joined",
      session: joined,
    });
    expect(normalize(run.left(session, at))).toEqual({
      ...common,
      kind: "participant_left",
      session: left,
    });
  });

  it("says when a recording starts, stops and is a file", () => {
    const name = `${run.record}/recordings/r1`;
    const of = (what: string) =>
      normalize(run.event(`recording.v2.${what}`, at, { recording: { name } }));
    expect(of("started")).toMatchObject({
      kind: "recording_started",
      instance,
      segment: { started_at: at.toISOString(), ended_at: null },
    });
    expect(of("ended")).toMatchObject({
      kind: "recording_stopped",
      segment: { started_at: null, ended_at: at.toISOString() },
    });
    expect(of("fileGenerated")).toMatchObject({
      kind: "recording_completed",
      instance,
      files: [{ key: name, file_type: "MP4", state: "FILE_GENERATED" }],
    });
  });

  it("says when a transcript is a file; its start and end, and smart notes, are informational", () => {
    const name = `${run.record}/transcripts/t1`;
    const data = { transcript: { name } };
    expect(normalize(run.event("transcript.v2.fileGenerated", at, data))).toMatchObject({
      kind: "recording_transcript_completed",
      files: [{ key: name, file_type: "TRANSCRIPT" }],
    });
    for (const type of [
      "transcript.v2.started",
      "transcript.v2.ended",
      "smartNote.v2.fileGenerated",
    ]) {
      expect(normalize(run.event(type, at, data))).toMatchObject({
        kind: "meeting_informational",
        notice: `google.workspace.meet.${type}`,
      });
    }
  });

  it.each(["expire_time", "expireTime"])("reads a subscription's end from %s", (key) => {
    const name = "subscriptions/meet-spaces-1";
    const push = pushOf({
      type: "google.workspace.events.subscription.v1.expirationReminder",
      at,
      subject: `//workspaceevents.googleapis.com/${name}`,
      data: { subscription: { name, [key]: "2026-03-03T10:00:00Z" } },
    });
    expect(normalize(push)).toEqual({
      ...told,
      kind: "meeting_subscription_expiring",
      subscription: name,
      expires_at: "2026-03-03T10:00:00.000Z",
      reason: null,
    });
  });

  it.each(["suspension_reason", "suspensionReason"])(
    "reads a suspension's reason from %s",
    (key) => {
      const name = "subscriptions/meet-spaces-1";
      const push = pushOf({
        type: "google.workspace.events.subscription.v1.suspended",
        at,
        subject: `//workspaceevents.googleapis.com/${name}`,
        data: { subscription: { name, [key]: "ENDPOINT_NOT_FOUND" } },
      });
      expect(normalize(push)).toMatchObject({
        kind: "meeting_subscription_suspended",
        reason: "ENDPOINT_NOT_FOUND",
      });
    },
  );

  it("may spell its resource with an underscore or with the service's host", () => {
    const type = "participant.v2.joined";
    const snake = run.event(type, at, { participant_session: { name: session } });
    const full = run.event(type, at, {
      participantSession: { name: `//meet.googleapis.com/${session}` },
    });
    expect(normalize(snake)).toEqual(normalize(run.joined(session, at)));
    expect(normalize(full)).toEqual(normalize(run.joined(session, at)));
  });

  it("names no space when the subscription is to a user", () => {
    const push = pushOf({
      type: "google.workspace.meet.conference.v2.started",
      at,
      subject: "//cloudidentity.googleapis.com/users/117",
      data: { conferenceRecord: { name: run.record } },
    });
    expect(normalize(push)).toMatchObject({ instance: { key: run.record, meeting_id: null } });
  });

  it("is informational without data, and from another product", () => {
    expect(normalize(run.event("participant.v2.joined", at, null)).kind).toBe(
      "meeting_informational",
    );
    const chat = pushOf({
      type: "google.workspace.chat.message.v1.created",
      at,
      subject: "//chat.googleapis.com/spaces/x",
      data: { message: { name: "spaces/x/messages/y" } },
    });
    expect(normalize(chat).kind).toBe("meeting_informational");
  });

  it.each([
    {},
    { participantSession: {} },
    { participantSession: { name: "people/7" } },
    { participantSession: { name: `${session}/more` } },
  ])("that lacks its resource is no event of ours: %j", (data) => {
    expect(() => normalize(run.event("participant.v2.joined", at, data))).toThrow();
  });
});

describe("a push", () => {
  it("is known by the source and id of its event, however often it is published", () => {
    const push = run.started();
    const again = { ...push, message: { ...push.message, messageId: "2", message_id: "2" } };
    const keys = [push, again].map((one) => readPush(parseJson(JSON.stringify(one)), receivedAt));
    const attributes = push.message.attributes;
    expect(keys.map((event) => event?.dedupeKey)).toEqual(
      Array.from({ length: 2 }, () => `${attributes["ce-source"]}|${attributes["ce-id"]}`),
    );
  });

  it("without ce-time happened when it was published, or else received", () => {
    const { message } = run.started();
    const { "ce-time": _, ...attributes } = message.attributes;
    const of = (more: object) => readPush({ message: { attributes, ...more } }, receivedAt);
    expect(of({ publish_time: "2026-03-02T10:00:01Z" })?.occurredAt).toBe(
      "2026-03-02T10:00:01.000Z",
    );
    expect(of({})?.occurredAt).toBe(receivedAt.toISOString());
  });

  it.each([
    null,
    [],
    "x",
    {},
    { message: 1 },
    { message: {} },
    { message: { attributes: { "ce-id": "1" } } },
  ])("is none without a message and its attributes: %j", (body) => {
    expect(readPush(parseJson(JSON.stringify(body)), receivedAt)).toBeUndefined();
  });
});
