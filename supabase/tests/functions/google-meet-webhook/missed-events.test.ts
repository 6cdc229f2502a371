import { expect, it } from "vitest";
import { sql, sqlOne } from "../../support/database.ts";
import { askedOfGoogle, failGoogle, tellGoogleMeet } from "../../support/google-meet.ts";
import { googleAccount, newGoogleMeetClass } from "../../support/google-meet-class.ts";
import { createUser } from "../../support/users.ts";
import { workOff } from "../../support/work.ts";

const HOUR = 3_600_000;

const seen = (classId: string) =>
  sqlOne<{ status: string; sessions: number; matched: number; attendance_synced: boolean }>(
    `select status, attendance_synced,
       (select count(*)::integer from public.meeting_participants p where p.live_class_id = c.id) as sessions,
       (select count(*)::integer from public.meeting_participants p where p.live_class_id = c.id and profile_id is not null) as matched
     from public.live_classes c where id = $1`,
    [classId],
  );

async function pastClass() {
  const start = new Date(Date.now() - 6 * HOUR);
  const student = await createUser();
  const made = await newGoogleMeetClass([student], { start });
  const account = await googleAccount("Ann", student.email);
  const session = made.stay(account, start, new Date(start.getTime() + HOUR / 2));
  await made.publish(new Date(start.getTime() + HOUR));
  return { made, session, start };
}

it("a class that no event told of is found in Meet's record after its window", async () => {
  const { made } = await pastClass();
  expect(await seen(made.id)).toMatchObject({ status: "scheduled", sessions: 0 });
  await sql("select private.check_google_meet_classes(now())");
  await workOff(made.id);
  await workOff(made.run.record);
  expect(await seen(made.id)).toEqual({
    status: "completed",
    sessions: 1,
    matched: 1,
    attendance_synced: true,
  });
  await sql("select private.check_google_meet_classes(now())");
  const asked = await sql(
    "select from public.tasks where kind = 'find_google_meet_conferences' and resource_id = $1",
    [made.id],
  );
  expect(asked).toHaveLength(1);
});

it("an end that no event told of is found in Meet's record", async () => {
  const { made, session, start } = await pastClass();
  expect(await tellGoogleMeet(made.run.started())).toBe("applied");
  expect(await tellGoogleMeet(made.run.joined(session, start))).toBe("applied");
  await workOff(made.run.record);
  expect(await seen(made.id)).toMatchObject({ status: "ongoing", attendance_synced: false });
  await sql("select private.reconcile_google_meet_conferences(now())");
  await workOff(made.run.record);
  expect(await seen(made.id)).toMatchObject({ status: "completed", attendance_synced: true });
});

it("130 participants are compared page by page, and a run that is cut off goes on where it was", async () => {
  const start = new Date(Date.now() - 2 * HOUR);
  const made = await newGoogleMeetClass([], { start });
  const end = new Date(start.getTime() + HOUR);
  for (let i = 0; i < 130; i++) {
    made.stay({ kind: "guest", name: `Guest ${i}` }, start, i % 2 ? end : null);
  }
  await made.publish(end);
  await failGoogle({
    match: `${made.run.record}/participants?pageSize=50&pageToken=`,
    status: 503,
    times: 1,
  });
  expect(await tellGoogleMeet(made.run.ended(end))).toBe("applied");
  await workOff(made.run.record);
  expect(await seen(made.id)).toMatchObject({ sessions: 130, matched: 0, attendance_synced: true });
  expect(await askedOfGoogle(`${made.run.record}/participants?pageSize=50 as`)).toHaveLength(1);
});

it("a page that Google no longer knows begins the comparison anew", async () => {
  const start = new Date(Date.now() - 2 * HOUR);
  const made = await newGoogleMeetClass([], { start });
  const end = new Date(start.getTime() + HOUR);
  for (let i = 0; i < 60; i++) made.stay({ kind: "guest", name: `Guest ${i}` }, start, end);
  await made.publish(end);
  await failGoogle({
    match: `${made.run.record}/participants?pageSize=50&pageToken=`,
    status: 400,
    times: 1,
  });
  expect(await tellGoogleMeet(made.run.ended(end))).toBe("applied");
  await workOff(made.run.record);
  expect(await seen(made.id)).toMatchObject({ sessions: 60, attendance_synced: true });
  expect(await askedOfGoogle(`${made.run.record}/participants?pageSize=50 as`)).toHaveLength(2);
});

it("names that no database can hold, and a session that began in 2999, keep no class from being compared", async () => {
  const start = new Date(Date.now() - 2 * HOUR);
  const made = await newGoogleMeetClass([], { start });
  const end = new Date(start.getTime() + HOUR);
  made.stay({ kind: "guest", name: "Ann \ud83d" }, start, end);
  made.stay(await googleAccount("B\0en"), start, end);
  made.stay({ kind: "guest", name: "Cy" }, new Date(Date.UTC(2999, 0)), null);
  await made.publish(end);
  expect(await tellGoogleMeet(made.run.ended(end))).toBe("applied");
  await workOff(made.run.record);
  expect(await seen(made.id)).toMatchObject({ sessions: 3, attendance_synced: true });
  const rows = await sql(
    `select user_name, join_time from public.meeting_participants where live_class_id = $1 order by user_name`,
    [made.id],
  );
  expect(rows).toEqual([
    { user_name: "Ann \uFFFD", join_time: start },
    { user_name: "Ben", join_time: start },
    { user_name: "Cy", join_time: null },
  ]);
});
