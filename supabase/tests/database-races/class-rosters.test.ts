import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { assignSessions, ingestZoom } from "../support/class-races.ts";
import { database, sql, sqlOne } from "../support/database.ts";
import { type Client, overlap } from "../support/two-connections.ts";
import { newMeetingId } from "../support/zoom.ts";

const minute = (offset: number) => new Date(Date.UTC(2026, 2, 2, 10, offset));

let meetingId: string;
let studentId: string;

beforeEach(async () => {
  meetingId = newMeetingId();
  studentId = randomUUID();
  const email = `${studentId}@races.example`;
  await sql("insert into auth.users (id, email, email_confirmed_at) values ($1::uuid, $2, now())", [
    studentId,
    email,
  ]);
  await sql(
    `insert into public.live_classes (title, meeting_id, scheduled_start, duration_minutes)
     values ('first', $1, $2, 60), ('second', $1, $3, 60)`,
    [meetingId, minute(0), minute(30)],
  );
  const event = {
    kind: "participant_joined",
    instance: { key: meetingId, meeting_id: meetingId },
    started_at: minute(10),
    session: { key: "one", joined_at: minute(11), email },
  };
  await ingestZoom(database(), event);
});

const enrol = (client: Client) =>
  client.query(
    `insert into public.class_enrollments (live_class_id, profile_id)
     select id, $2 from public.live_classes where meeting_id = $1 and title = 'second'`,
    [meetingId, studentId],
  );

/** Leaves the meeting to the second class. */
const move = (client: Client) =>
  client.query(
    "update public.live_classes set scheduled_start = $2 where meeting_id = $1 and title = 'first'",
    [meetingId, minute(300)],
  );

it.each([
  ["comes first", () => overlap(enrol, move)],
  ["comes second", () => overlap(move, enrol)],
  ["is alone", () => enrol(database()).then(() => move(database()))],
])(
  "a roster that is set while a meeting moves to its class, and %s, finds who was there",
  async (_, happen) => {
    await happen();
    const found = await sqlOne(
      `select c.title, p.profile_id from public.meeting_participants p join public.live_classes c on c.id = p.live_class_id
       where c.meeting_id = $1`,
      [meetingId],
    );
    expect(found).toEqual({ title: "second", profile_id: studentId });
  },
);

const enrolInFirst = (client: Client) =>
  client.query(
    `insert into public.class_enrollments (live_class_id, profile_id)
     select id, $2 from public.live_classes where meeting_id = $1 and title = 'first'`,
    [meetingId, studentId],
  );

/** Enters the meeting, which is the first class's already, once more. */
const enter = (client: Client) =>
  ingestZoom(client, {
    kind: "participant_joined",
    instance: { key: meetingId, meeting_id: meetingId },
    started_at: minute(10),
    session: { key: "two", joined_at: minute(12), email: `${studentId}@races.example` },
  });

it.each([
  ["comes first", () => overlap(enrolInFirst, enter)],
  ["comes second", () => overlap(enter, enrolInFirst)],
])("a roster that is set while somebody enters, and %s, finds them", async (_, happen) => {
  await happen();
  const found = await sql(
    `select p.session_key, p.profile_id from public.meeting_participants p join public.live_classes c on c.id = p.live_class_id
     where c.meeting_id = $1 order by 1`,
    [meetingId],
  );
  expect(found).toEqual(
    ["one", "two"].map((session_key) => ({ session_key, profile_id: studentId })),
  );
});

it("a session that goes to another class while it is assigned is not that class's to assign any more", async () => {
  await enrol(database());
  const assign = (client: Client) => assignSessions(client, meetingId, null);
  await expect(overlap(move, assign)).rejects.toMatchObject({
    message: "There is no such participant.",
  });
});

const go = (client: Client) => client.query("delete from auth.users where id = $1", [studentId]);
const set = (client: Client) =>
  client.query(
    `select public.set_enrollments(c.id, array[$2::uuid])
     from public.live_classes c, set_config('request.jwt.claims', '{"role": "service_role"}', true) as caller
     where c.meeting_id = $1 and c.title = 'second'`,
    [meetingId, studentId],
  );

it("a student whose account goes while the roster is set is unknown", async () => {
  await expect(overlap(go, set)).rejects.toMatchObject({
    message: "Some of these students do not exist.",
  });
});

it("who sets a roster and who deletes the account of a student on it do not stop each other", async () => {
  await enrol(database());
  const lock = (client: Client) =>
    client.query("select from public.live_classes where meeting_id = $1 for no key update", [
      meetingId,
    ]);
  const takeOff = (client: Client) =>
    client.query("delete from public.class_enrollments where profile_id = $1", [studentId]);
  await overlap(lock, go, async (client) => {
    await takeOff(client);
    await set(client);
  });
  expect(
    await sql("select from public.class_enrollments where profile_id = $1", [studentId]),
  ).toEqual([]);
});
