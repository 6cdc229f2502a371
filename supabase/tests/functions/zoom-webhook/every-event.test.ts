import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createUser } from "../../support/users.ts";
import { deliverZoom, newMeetingId, scheduleClass, wordOf } from "../../support/zoom.ts";

const folder = new URL("../../fixtures/zoom/", import.meta.url);
const types = readdirSync(folder).map((name) => name.replace(/\.json$/, ""));

/** A fixture about a meeting and a run of its own. */
function fixture(type: string, meetingId: string): string {
  return readFileSync(new URL(`${type}.json`, folder), "utf8")
    .replaceAll("85234567190", meetingId)
    .replaceAll("p0/Xr5+TQ9Wn2vKs7LmBdw==", randomBytes(16).toString("base64"));
}

const applied = [
  "meeting.started",
  "meeting.ended",
  "meeting.participant_joined",
  "meeting.participant_left",
  "meeting.created",
  "meeting.updated",
  "meeting.deleted",
  "meeting.permanently_deleted",
  "meeting.recovered",
];
const recordings = types.filter(
  (type) => type.startsWith("recording.") && type !== "recording.renamed",
);

it.each(types.filter((type) => type.startsWith("meeting.") || type === "recording.renamed"))(
  "%s is applied, or ignored by rule",
  async (type) => {
    const meetingId = newMeetingId();
    // What an admin plans is theirs, whoever the fixture's host is.
    await scheduleClass(await createUser("admin"), [], meetingId, new Date("2026-03-02T10:00:00Z"));
    const response = await deliverZoom(fixture(type, meetingId));
    expect(await wordOf(response)).toBe(applied.includes(type) ? "applied" : "ignored");
  },
);

it.each(recordings)("%s is stored and acknowledged", async (type) => {
  const response = await deliverZoom(fixture(type, newMeetingId()));
  expect(await wordOf(response)).toMatch(/^(applied|deferred|ignored)$/);
});

it("a type that nobody knows is stored and has no effect", async () => {
  const body = {
    event: "meeting.held_on_the_moon",
    event_ts: Date.now(),
    payload: { id: randomBytes(8).toString("hex") },
  };
  expect(await wordOf(await deliverZoom(JSON.stringify(body)))).toBe("ignored");
});

it("the endpoint's validation is answered in Zoom's shape, from no database", async () => {
  const response = await deliverZoom(fixture("endpoint.url_validation", ""));
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    plainToken: "Yx3VtC8rQm5KpLwZ0nBgHA",
    encryptedToken: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});
