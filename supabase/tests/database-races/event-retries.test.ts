import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { retryFailed } from "../support/class-races.ts";
import { sql } from "../support/database.ts";
import { type Client, overlap } from "../support/two-connections.ts";
import { newMeetingId } from "../support/zoom.ts";

const minute = (offset: number) => new Date(Date.UTC(2026, 2, 2, 10, offset));

/** A start of a meeting that could not be applied; the earlier it was due, the earlier it is tried. */
function failed(meetingId: string, at: number, dueSecondsAgo: number) {
  const event = {
    kind: "meeting_started",
    provider: "zoom",
    instance: { key: randomUUID(), meeting_id: meetingId },
    started_at: minute(at),
  };
  return sql(
    `insert into public.webhook_events (provider, dedupe_key, event_type, occurred_at, event, status, attempts, next_attempt_at)
     values ('zoom', $1, 'race', $2, $3, 'failed', 1, now() - make_interval(years => 2, secs => $4))`,
    [randomUUID(), minute(at), JSON.stringify(event), dueSecondsAgo],
  );
}

async function scheduled(meetingId: string, title: string, at: number): Promise<void> {
  await sql(
    "insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes) values ($1, $2, $3, 60)",
    [title, meetingId, minute(at)],
  );
}

it("a class is moved while events of its meeting are tried again, and the move is not refused", async () => {
  const [series, busy] = [newMeetingId(), newMeetingId()];
  await scheduled(series, "first", 0);
  await scheduled(series, "second", 700);
  await scheduled(busy, "busy", 0);
  await failed(series, 0, 3);
  await failed(busy, 0, 2);
  await failed(series, 700, 1);
  const hold = (client: Client) =>
    client.query("select from public.live_classes where meeting_id = $1 for update", [busy]);
  // Two years ago, when only these were due: a run that others' tests meet takes their events from theirs.
  const retry = (client: Client) =>
    client.query("select private.retry_events(now() - interval '2 years')");
  const move = () =>
    sql(
      "update public.live_classes set scheduled_start = $2 where meeting_id = $1 and title = 'second'",
      [series, minute(710)],
    );
  // The retries have the meeting of the series when they wait for the class that is busy.
  await overlap(hold, retry, move);
  await retryFailed(series);
  expect(
    await sql(
      "select title, status::text from public.live_classes where meeting_id = $1 order by 1",
      [series],
    ),
  ).toEqual([
    { title: "first", status: "ongoing" },
    { title: "second", status: "ongoing" },
  ]);
});
