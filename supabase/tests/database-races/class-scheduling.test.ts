import { beforeEach, expect, it } from "vitest";
import { ingestZoom } from "../support/class-races.ts";
import { sql } from "../support/database.ts";
import { type Client, overlap } from "../support/two-connections.ts";
import { newMeetingId } from "../support/zoom.ts";

const now = "2026-03-02T10:00:00Z";
let meetingId: string;
beforeEach(() => {
  meetingId = newMeetingId();
});

const schedule = (client: Client) =>
  client.query(
    "insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values ('Race', $1, $2, 60)",
    [meetingId, now],
  );

const start = (client: Client) =>
  ingestZoom(client, {
    kind: "meeting_started",
    instance: { key: meetingId, meeting_id: meetingId },
    started_at: now,
  });

it.each([
  ["scheduled", schedule, start],
  ["started", start, schedule],
])(
  "a class and its meeting find each other while the one is being %s and the other comes",
  async (_, one, other) => {
    await overlap(one, other);
    const rows = await sql(
      "select status::text, actual_start_time from public.live_classes where meeting_id = $1",
      [meetingId],
    );
    expect(rows).toEqual([{ status: "ongoing", actual_start_time: new Date(now) }]);
  },
);
