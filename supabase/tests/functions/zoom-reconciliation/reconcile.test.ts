import { expect, it } from "vitest";
import { numberInMeeting, participantUuid, ZoomRun } from "../../../../tools/simulate/zoom.ts";
import { sql, sqlOne } from "../../support/database.ts";
import { createUser } from "../../support/users.ts";
import type { CloudFacts } from "../../support/vendors/zoom/world.ts";
import { liveOn, maintainAbout, openTasks, passTime, workOff } from "../../support/work.ts";
import { newMeetingId, scheduleClass, tellZoom } from "../../support/zoom.ts";
import { askedOfZoom, failZoom, mendZoom, teachZoom } from "../../support/zoom-cloud.ts";

const HOUR = 3_600;
const start = new Date("2026-03-02T10:00:00Z");
const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
type Stays = NonNullable<CloudFacts["past"]>[number]["stays"];
const stay = (user_id: string, name: string, email: string, from: number, to: number) => ({
  user_id,
  name,
  user_email: email,
  join_time: at(from).toISOString(),
  leave_time: at(to).toISOString(),
});

/** A class whose events tell one of two students, and not when she left. */
async function newClass() {
  const [ann, ben] = [await createUser("member", "Ann"), await createUser("member", "Ben")];
  const run = new ZoomRun(newMeetingId(), start);
  const classId = await scheduleClass(
    await createUser("teacher"),
    [ann, ben],
    run.meetingId,
    start,
  );
  const one = { participant_uuid: participantUuid(), user_name: "Ann", email: ann.email };
  const told = [run.started(), run.joined(one, at(2)), run.ended(at(60))];
  const stays: Stays = [
    stay(numberInMeeting(one.participant_uuid), "Ann", ann.email, 1, 50),
    stay("16777001", "Ben", ben.email, 5, 40),
    { ...stay("16777002", "Ben", ben.email, 0, 5), status: "in_waiting_room" },
  ];
  const tell = async () => {
    for (const event of told) expect(await tellZoom(event)).toBe("applied");
  };
  return { ann, ben, run, classId, one, stays, tell };
}

const sessionsOf = (classId: string) =>
  sql(
    `select profile_id, session_key, join_time, leave_time from public.meeting_participants
     where live_class_id = $1 order by join_time`,
    [classId],
  );
const isSynced = async (classId: string) =>
  (await sqlOne("select attendance_synced from public.live_classes where id = $1", [classId]))
    .attendance_synced;

it("fills what events missed, and late events change nothing of it", async () => {
  const { ann, ben, run, classId, one, stays, tell } = await newClass();
  await teachZoom({ past: [{ uuid: run.uuid, stays }] });
  await tell();
  expect(await isSynced(classId)).toBe(false);
  await workOff(run.uuid);
  expect(await isSynced(classId)).toBe(true);
  expect(await sessionsOf(classId)).toEqual([
    { profile_id: ann.id, session_key: one.participant_uuid, join_time: at(1), leave_time: at(50) },
    { profile_id: ben.id, session_key: "report:16777001", join_time: at(5), leave_time: at(40) },
  ]);

  const late = { participant_uuid: participantUuid(), user_id: "16777001", user_name: "Ben B." };
  expect(await tellZoom(run.left(late, at(39)))).toBe("applied");
  expect(await tellZoom(run.left(one, at(70)))).toBe("applied");
  expect(await sessionsOf(classId)).toEqual([
    { profile_id: ann.id, session_key: one.participant_uuid, join_time: at(1), leave_time: at(50) },
    {
      profile_id: ben.id,
      session_key: late.participant_uuid,
      join_time: at(5),
      leave_time: at(40),
    },
  ]);
});

it("waits while Zoom has no report, and reads every page of it", async () => {
  const { run, classId, tell } = await newClass();
  await tell();
  await passTime(run.uuid, 301);
  await maintainAbout(run.uuid);
  expect(await openTasks(run.uuid)).toMatchObject([
    { kind: "reconcile_zoom_meeting", last_error: "zoom_404_3001" },
  ]);
  const crowd = Array.from({ length: 301 }, (_, i) =>
    stay(String(17_000_000 + i), `Guest ${i}`, "", i / 10, 50),
  );
  await teachZoom({ past: [{ uuid: run.uuid, stays: crowd }] });
  await workOff(run.uuid);
  expect(await sessionsOf(classId)).toHaveLength(302);
  expect(await askedOfZoom(`/past_meetings/${run.uuid}/participants`)).toHaveLength(3);
});

it("names that no database can hold, and times that nobody can believe, keep no class from being compared", async () => {
  const { run, classId, tell } = await newClass();
  const stays = [
    stay("16777010", "Ann \ud83d", "", 1, 50),
    stay("16777011", "B\0en", "", 5, 40),
    stay("16777012", `${"x".repeat(999)}😀`, "", 6, 40),
    { ...stay("16777013", "Cy", "", 7, 40), leave_time: "2999-01-01T00:00:00Z" },
  ];
  await teachZoom({ past: [{ uuid: run.uuid, stays }] });
  await tell();
  await workOff(run.uuid);
  expect(await isSynced(classId)).toBe(true);
  const names = await sql(
    `select user_name, leave_time is null as is_open from public.meeting_participants
     where live_class_id = $1 and session_key like 'report:%' order by session_key`,
    [classId],
  );
  expect(names).toEqual([
    { user_name: "Ann \uFFFD", is_open: false },
    { user_name: "Ben", is_open: false },
    { user_name: `${"x".repeat(999)}\uFFFD`, is_open: false },
    { user_name: "Cy", is_open: true },
  ]);
});

it("a meeting of one has no report: its events are all there is", async () => {
  const { ann, run, classId, stays, tell } = await newClass();
  await teachZoom({ past: [{ uuid: run.uuid, stays: stays.slice(0, 1) }] });
  await tell();
  await workOff(run.uuid);
  expect(await isSynced(classId)).toBe(true);
  expect(await sessionsOf(classId)).toMatchObject([{ profile_id: ann.id, join_time: at(2) }]);
});

it("Zoom is away for an hour: nothing is lost, and an hour later all is right", async () => {
  const { ben, run, classId, stays, tell } = await newClass();
  await teachZoom({ past: [{ uuid: run.uuid, stays }] });
  await failZoom({ match: run.uuid, status: 503 });
  await tell();
  expect(await liveOn(run.uuid, HOUR)).toBe(HOUR);
  expect(await isSynced(classId)).toBe(false);
  expect(await openTasks(run.uuid)).toMatchObject([{ last_error: "zoom_503_503" }]);
  await mendZoom(run.uuid);
  expect(await liveOn(run.uuid, HOUR)).toBeLessThan(HOUR);
  expect(await isSynced(classId)).toBe(true);
  expect(await sessionsOf(classId)).toContainEqual(
    expect.objectContaining({ profile_id: ben.id, leave_time: at(40) }),
  );
});

it("Zoom is away for days: the task is given up, the job asks again, and all is right", async () => {
  const { ben, run, classId, stays, tell } = await newClass();
  await teachZoom({ past: [{ uuid: run.uuid, stays }] });
  await failZoom({ match: run.uuid, status: 503 });
  await tell();
  const job = (hours: number) =>
    sql("select private.reconcile_zoom_meetings($1)", [at(60 + hours * 60)]);
  expect(await liveOn(run.uuid, 48 * HOUR)).toBeLessThan(24 * HOUR);
  expect(await openTasks(run.uuid)).toEqual([]);
  expect(await isSynced(classId)).toBe(false);

  await job(24);
  expect(await liveOn(run.uuid, 48 * HOUR)).toBeLessThan(24 * HOUR);
  await mendZoom(run.uuid);
  await job(48);
  await workOff(run.uuid);
  expect(await isSynced(classId)).toBe(true);
  expect(await sessionsOf(classId)).toContainEqual(
    expect.objectContaining({ profile_id: ben.id, leave_time: at(40) }),
  );
});
