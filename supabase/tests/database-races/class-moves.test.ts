import { beforeEach, describe, expect, it } from "vitest";
import { assignSessions, ingestZoom, makeTwoClasses } from "../support/class-races.ts";
import { database, sqlOne } from "../support/database.ts";
import { type Client, doneOrWaiting, overlap } from "../support/two-connections.ts";
import { newMeetingId } from "../support/zoom.ts";

// Jobs look at every class of the past. Those of other files may close a meeting here before this one's does, with the same end.
const minute = (offset: number) => new Date(Date.UTC(2010, 2, 2, 10, offset));
const after = minute(2000);

let meetingId: string;
let studentId: string;

beforeEach(async () => {
  meetingId = newMeetingId();
  ({ studentId } = await makeTwoClasses(meetingId, [minute(0), minute(700)]));
});

const tell = (kind: string, run: string, startedAt: number, more: object) => (client: Client) => {
  const instance = { key: `${meetingId}-${run}`, meeting_id: meetingId };
  const event = { kind, instance, started_at: minute(startedAt), ...more };
  return ingestZoom(client, event);
};
const ended = (run: string, from: number, to: number) =>
  tell("meeting_ended", run, from, { ended_at: minute(to) });

/** Gives the second class what began nearer to that minute than to the start of the first. */
const moveTo = (start: number) => (client: Client) =>
  client.query(
    "update public.live_classes set scheduled_start = $2 where meeting_id = $1 and title = 'second'",
    [meetingId, minute(start)],
  );
const close = (client: Client) =>
  client.query("select private.close_forgotten_meetings($1)", [after]);
const compare = (client: Client) =>
  client.query("select public.note_zoom_reconciled($1)", [`${meetingId}-a`]);

const first = () =>
  sqlOne(
    `select status::text, actual_start_time, actual_end_time, attendance_synced
     from public.live_classes where meeting_id = $1 and title = 'first'`,
    [meetingId],
  );

describe.each([
  ["begins", (one: typeof close, move: typeof close) => overlap(one, move)],
  ["ends", (one: typeof close, move: typeof close) => overlap(move, one)],
])("while another class of its meeting %s to take a meeting from it", (_, happen) => {
  it.each([45, -20])("a class is closed as what is left to it says (%i)", async (start) => {
    await tell("meeting_started", "a", 0, {})(database());
    await ended("b", start, 100)(database());
    await happen(close, moveTo(start));
    expect(await first()).toMatchObject({
      status: "completed",
      actual_start_time: minute(0),
      actual_end_time: minute(60),
    });
  });

  it("a class is compared as what is left to it says", async () => {
    await ended("a", 0, 40)(database());
    await ended("b", 45, 100)(database());
    await happen(compare, moveTo(45));
    expect(await first()).toMatchObject({ status: "completed", attendance_synced: true });
  });
});

it("who assigns a session and who moves its meeting to another class do not stop each other", async () => {
  const joined = { session: { key: "one", joined_at: minute(46) } };
  await tell("participant_joined", "b", 45, joined)(database());
  const hold = (client: Client) =>
    client.query(
      `select from public.meeting_participants where live_class_id in (
         select id from public.live_classes where meeting_id = $1) for update`,
      [meetingId],
    );
  const mover = await database().connect();
  try {
    const { rows } = await mover.query<{ pid: number }>("select pg_backend_pid() as pid");
    // The move has come as far as the session when somebody assigns it.
    await expect(
      overlap(hold, async (client) => {
        const move = moveTo(45)(mover);
        await doneOrWaiting(rows[0]?.pid ?? 0, move);
        await Promise.all([move, assignSessions(client, meetingId, studentId)]);
      }),
    ).rejects.toMatchObject({ message: "There is no such participant." });
  } finally {
    mover.release();
  }
});
