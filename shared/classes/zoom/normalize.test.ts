import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../core/json.ts";
import { ZoomEnvelope } from "./envelope.ts";
import { normalizeZoomEvent } from "./normalize.ts";

const fixtures = new URL("../../../supabase/tests/fixtures/zoom/", import.meta.url);

function normalize(body: unknown) {
  const { event, event_ts, payload } = ZoomEnvelope.parse(body);
  return normalizeZoomEvent({
    type: event,
    occurredAt: event_ts ?? "2026-03-05T00:00:00.000Z",
    payload,
  });
}

const fixture = (type: string) =>
  parseJson(readFileSync(new URL(`${type}.json`, fixtures), "utf8"));

const participant = (fields: object, more: object = {}) => ({
  event: "meeting.participant_joined",
  event_ts: 1772445725123,
  payload: { object: { id: "1", uuid: "u==", ...more, participant: { user_id: "7", ...fields } } },
});

const kinds: Record<string, string> = {
  "meeting.started": "meeting_started",
  "meeting.ended": "meeting_ended",
  "meeting.participant_joined": "participant_joined",
  "meeting.participant_left": "participant_left",
  "meeting.created": "meeting_created",
  "meeting.updated": "meeting_updated",
  "meeting.deleted": "meeting_deleted",
  "meeting.permanently_deleted": "meeting_deleted",
  "meeting.recovered": "meeting_recovered",
  "recording.started": "recording_started",
  "recording.paused": "recording_paused",
  "recording.resumed": "recording_resumed",
  "recording.stopped": "recording_stopped",
  "recording.completed": "recording_completed",
  "recording.transcript_completed": "recording_transcript_completed",
  "recording.trashed": "recording_trashed",
  "recording.deleted": "recording_deleted",
  "recording.recovered": "recording_recovered",
  "recording.batch_trashed": "recording_batch_trashed",
  "recording.batch_deleted": "recording_batch_deleted",
  "recording.batch_recovered": "recording_batch_recovered",
};

describe("Zoom's events in our words", () => {
  const types = readdirSync(fixtures).map((name) => name.replace(/\.json$/, ""));

  it.each(types)("%s has the kind that its effect needs", (type) => {
    expect(normalize(fixture(type)).kind).toBe(kinds[type] ?? "meeting_informational");
  });

  it.each(types)("%s keeps no token, password or address of a file", (type) => {
    const event = JSON.stringify(normalize(fixture(type)));
    expect(event).not.toMatch(/not-a-real|not\.a\.real|https?:/);
  });

  it("a start carries the instance, its meeting as text and the actual start", () => {
    expect(normalize(fixture("meeting.started"))).toEqual({
      kind: "meeting_started",
      provider: "zoom",
      occurred_at: "2026-03-02T10:02:05.123Z",
      instance: {
        key: "p0/Xr5+TQ9Wn2vKs7LmBdw==",
        meeting_id: "85234567190",
        host_key: "uL5yJp1hQxGf8nBvCcD2sw",
        title: "Algebra — group B",
      },
      started_at: "2026-03-02T10:01:40.000Z",
    });
  });

  it("a join carries its own session, and blank ids are no ids", () => {
    expect(normalize(fixture("meeting.participant_joined"))).toMatchObject({
      started_at: "2026-03-02T10:01:40.000Z",
      session: {
        key: "5C0E7D1A-93B4-4F62-8A17-2DB0C6E49F31",
        name: "Lena Brandt",
        email: "lena.brandt@pupils.example",
        provider_user_id: null,
        registrant_key: "rg7Hk2LmQpW0xYz",
        customer_key: null,
        joined_at: "2026-03-02T10:02:05.000Z",
        left_at: null,
      },
    });
  });

  it("a leave carries a leave and no join", () => {
    expect(normalize(fixture("meeting.participant_left"))).toMatchObject({
      session: { joined_at: null, left_at: "2026-03-02T10:58:31.000Z" },
    });
  });

  it("a meeting id is the same text whether Zoom sends a string or a number", () => {
    const withId = (id: unknown) => normalize(participant({}, { id }));
    expect(withId(85234567190)).toEqual(withId("85234567190"));
  });

  it("an address is compared in lower case", () => {
    expect(normalize(participant({ email: " Lena@School.EXAMPLE " }))).toMatchObject({
      session: { email: "lena@school.example" },
    });
  });

  it("the in-meeting id stands in for a missing participant_uuid", () => {
    expect(normalize(participant({ participant_uuid: "" }))).toMatchObject({
      session: { key: "7" },
    });
  });

  it("a time that Zoom leaves out is the event's own", () => {
    expect(normalize(participant({ join_time: "" }))).toMatchObject({
      session: { joined_at: "2026-03-02T10:02:05.123Z" },
    });
  });

  it("a participant without any session key is refused: two guests must not become one", () => {
    expect(() => normalize(participant({ user_id: "", participant_uuid: null }))).toThrow();
  });

  it("an update says only what changed, and which occurrence was meant", () => {
    expect(normalize(fixture("meeting.updated"))).toMatchObject({
      changed_at: "2026-03-01T09:00:00.789Z",
      previous_start: "2026-03-02T10:00:00.000Z",
      is_for_all: false,
      changes: { scheduled_start: "2026-03-02T10:30:00.000Z", duration_minutes: 45 },
    });
  });

  it("a deletion of one occurrence names it, one of all names none", () => {
    expect(normalize(fixture("meeting.deleted"))).toMatchObject({
      occurrences: ["2026-03-02T10:00:00.000Z"],
    });
    expect(normalize(fixture("meeting.permanently_deleted"))).toMatchObject({ occurrences: null });
  });

  it("a created meeting names its host's address only if he created it himself", () => {
    const created = fixture("meeting.created");
    expect(normalize(created)).toMatchObject({ host_email: "m.huber@school.example" });
    const byOther = JSON.parse(JSON.stringify(created));
    byOther.payload.operator_id = "somebody-else";
    expect(normalize(byOther)).toMatchObject({ host_email: null });
  });

  it('an end of a recording that is "", null or missing is open', () => {
    for (const recording_end of ["", null, undefined]) {
      const event = JSON.parse(JSON.stringify(fixture("recording.started")));
      event.payload.object.recording_file.recording_end = recording_end;
      expect(normalize(event)).toMatchObject({ segment: { ended_at: null } });
    }
  });

  it("a type that Zoom has yet to invent is informational", () => {
    const unknown = { event: "meeting.held_on_the_moon", event_ts: 1, payload: {} };
    expect(normalize(unknown)).toMatchObject({
      kind: "meeting_informational",
      notice: "meeting.held_on_the_moon",
    });
  });
});
