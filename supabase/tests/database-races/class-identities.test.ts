import { beforeEach, describe, expect, it } from "vitest";
import { assignSessions, ingestZoom, makeTwoClasses } from "../support/class-races.ts";
import { database, sql } from "../support/database.ts";
import { type Client, overlap } from "../support/two-connections.ts";
import { newMeetingId } from "../support/zoom.ts";

// What an event brings just now is of a class that is held about now.
const minute = (offset: number) => new Date(Date.now() + offset * 60_000);

let meetingId: string;
let studentId: string;
let hostId: string;

beforeEach(async () => {
  meetingId = newMeetingId();
  ({ studentId, hostId } = await makeTwoClasses(meetingId, [minute(0), minute(700)]));
});

const join = (client: Client) => {
  const event = {
    kind: "participant_joined",
    instance: { key: meetingId, meeting_id: meetingId },
    started_at: minute(45),
    session: { key: "one", joined_at: minute(46), registrant_key: meetingId },
  };
  return ingestZoom(client, event);
};
const learn = (client: Client) =>
  client.query(
    "insert into public.profile_identities (provider, kind, key, profile_id) values ('zoom', 'registrant', $1, $2)",
    [meetingId, studentId],
  );
const forget = (client: Client) =>
  client.query("delete from public.profile_identities where key = $1", [meetingId]);
const move = (client: Client) =>
  client.query(
    "update public.live_classes set scheduled_start = $2 where meeting_id = $1 and title = 'second'",
    [meetingId, minute(45)],
  );
const assignHost = (client: Client) => assignSessions(client, meetingId, hostId);
const found = () =>
  sql(
    `select p.profile_id from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id
     where i.meeting_id = $1`,
    [meetingId],
  );

describe.each([
  ["first", (one: typeof join, other: typeof join) => overlap(one, other)],
  ["last", (one: typeof join, other: typeof join) => overlap(other, one)],
])("an id that comes %s", (_, happen) => {
  it("finds a session that an event brings beside it", async () => {
    await happen(learn, join);
    expect(await found()).toEqual([{ profile_id: studentId }]);
  });

  it("finds nobody any more when it goes beside the event", async () => {
    await learn(database());
    await happen(forget, join);
    expect(await found()).toEqual([{ profile_id: null }]);
  });

  it("finds a session that goes to another class beside it", async () => {
    await join(database());
    await happen(learn, move);
    expect(await found()).toEqual([{ profile_id: studentId }]);
  });

  it("finds a session whose class is made beside it", async () => {
    await sql("delete from public.live_classes where meeting_id = $1", [meetingId]);
    await join(database());
    await happen(learn, (client) =>
      client.query(
        `insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
         values ($1, 'third', $2, $3, 60)`,
        [studentId, meetingId, minute(0)],
      ),
    );
    expect(await found()).toEqual([{ profile_id: studentId }]);
  });

  it("leaves a session that somebody assigns beside it", async () => {
    await join(database());
    await happen(learn, assignHost);
    expect(await found()).toEqual([{ profile_id: hostId }]);
  });

  it("finds a session of somebody who is enrolled beside it", async () => {
    await sql("delete from public.class_enrollments where profile_id = $1", [studentId]);
    await join(database());
    await happen(learn, (client) =>
      client.query(
        `insert into public.class_enrollments (live_class_id, profile_id)
         select id, $2 from public.live_classes where meeting_id = $1`,
        [meetingId, studentId],
      ),
    );
    expect(await found()).toEqual([{ profile_id: studentId }]);
  });
});
