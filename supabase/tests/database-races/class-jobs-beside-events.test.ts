import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { ingestZoom, retryFailed } from "../support/class-races.ts";
import { database, sql, sqlOne } from "../support/database.ts";
import { type Client, overlap } from "../support/two-connections.ts";
import { newMeetingId } from "../support/zoom.ts";

// Jobs look at every class of the past: in the last year of all that have jobs, nobody else's closes what is open here.
const minute = (offset: number) => new Date(Date.UTC(2013, 2, 2, 10, offset));
const after = minute(600);

let meetingId: string;
let hostId: string;

beforeEach(async () => {
  meetingId = newMeetingId();
  hostId = randomUUID();
  await sql("insert into auth.users (id, email) values ($1, $2)", [hostId, `${hostId}@races.test`]);
  await sql(
    `insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
     values ($1, 'Race', $2, $3, 60)`,
    [hostId, meetingId, minute(0)],
  );
});

const tell = (kind: string, run: string, more: object) => (client: Client) => {
  const instance = { key: `${meetingId}-${run}`, meeting_id: meetingId };
  const event = { kind, occurred_at: minute(0), instance, ...more };
  return ingestZoom(client, event);
};
const started = (run: string) => tell("meeting_started", run, { started_at: minute(0) });
const ended = (run: string) =>
  tell("meeting_ended", run, { started_at: minute(0), ended_at: minute(50) });
const joined = (run: string, at: Date) =>
  tell("participant_joined", run, {
    started_at: minute(0),
    session: { key: "one", joined_at: at },
  });
const job = (name: string) => (client: Client) =>
  client.query(`select private.${name}($1)`, [after]);
const close = job("close_forgotten_meetings");
const compared = (run: string) => (client: Client) =>
  client.query("select public.note_zoom_reconciled($1)", [`${meetingId}-${run}`]);

const seen = () =>
  sqlOne<{ status: string; synced: boolean; noted: boolean; ends: unknown[] }>(
    `select c.status::text, c.attendance_synced as synced, c.no_show_at is not null as noted,
       array(select jsonb_build_array(i.ended_at, i.end_is_assumed) from public.meeting_instances i
         where i.live_class_id = c.id order by i.instance_key) as ends
     from public.live_classes c where c.meeting_id = $1`,
    [meetingId],
  );
const at = (minutes: number) => minute(minutes).toISOString().replace(".000Z", "+00:00");

it.each([
  ["arrives while the job decides", () => overlap(ended("a"), close)],
  ["arrives while the job writes", () => overlap(close, ended("a"))],
])("an end that %s wins over the assumed one", async (_, happen) => {
  await started("a")(database());
  await happen();
  expect(await seen()).toMatchObject({ status: "completed", ends: [[at(50), false]] });
});

it("somebody who joins while the job decides keeps the meeting open", async () => {
  await started("a")(database());
  await overlap(joined("a", minute(590)), close);
  expect(await seen()).toMatchObject({ status: "ongoing", ends: [[null, false]] });
});

it("a restart while the job closes the first run keeps the class running", async () => {
  await started("a")(database());
  await overlap(started("b"), close);
  expect(await seen()).toMatchObject({
    status: "ongoing",
    ends: [
      [at(60), true],
      [null, false],
    ],
  });
});

it("a restart while the first run is compared leaves the attendance unsynced", async () => {
  await ended("a")(database());
  await overlap(started("b"), compared("a"));
  expect(await seen()).toMatchObject({ status: "ongoing", synced: false });
  await ended("b")(database());
  await overlap(compared("b"), compared("a"));
  expect(await seen()).toMatchObject({ status: "completed", synced: true });
});

it.each([
  ["is noted", () => overlap(job("note_no_shows"), started("a")), 1],
  ["begins", () => overlap(started("a"), job("note_no_shows")), 0],
])("a class that starts after all while it %s is no no-show", async (_, happen, told) => {
  await happen();
  expect(await seen()).toMatchObject({ status: "ongoing", noted: false });
  const rows = await sql("select from public.notifications where user_id = $1", [hostId]);
  expect(rows).toHaveLength(told);
});

it("two jobs at once ask for one comparison and tell of a no-show once", async () => {
  await overlap(job("note_no_shows"), job("note_no_shows"));
  expect(await sql("select from public.notifications where user_id = $1", [hostId])).toHaveLength(
    1,
  );
  await ended("a")(database());
  const asked = () =>
    sql<{ version: number }>("select version from public.tasks where resource_id = $1", [
      `${meetingId}-a`,
    ]);
  await sql("delete from public.tasks where resource_id = $1", [`${meetingId}-a`]);
  await overlap(job("reconcile_zoom_meetings"), job("reconcile_zoom_meetings"));
  expect(await asked()).toHaveLength(1);
});

it("an event of a session that is deleted while it is written brings the session back", async () => {
  const sessions =
    "from public.meeting_participants where instance_id = any (array(select id from public.meeting_instances where meeting_id = $1))";
  await joined("a", minute(5))(database());
  await overlap(
    (client) => client.query(`select ${sessions} for update`, [meetingId]),
    joined("a", minute(4)),
    (client) => client.query(`delete ${sessions}`, [meetingId]),
  );
  await retryFailed(meetingId);
  expect(await sql(`select join_time ${sessions}`, [meetingId])).toEqual([
    { join_time: minute(4) },
  ]);
});
