import { expect, it } from "vitest";
import { sql, sqlOne } from "../../support/database.ts";
import { failGoogle, mendGoogle, tellGoogleMeet } from "../../support/google-meet.ts";
import { googleAccount, newGoogleMeetClass } from "../../support/google-meet-class.ts";
import { createUser } from "../../support/users.ts";
import { liveOn, maintainAbout, openTasks, workOff } from "../../support/work.ts";

const HOUR = 3_600;
const start = new Date("2026-03-02T10:00:00Z");
const minutes = (count: number) => new Date(start.getTime() + count * 60_000);

/** A class with one student, told by Meet while something fails. */
async function classWithOneStudent() {
  const student = await createUser();
  const made = await newGoogleMeetClass([student], { start });
  const account = await googleAccount("Ann", student.email);
  const session = made.stay(account, minutes(1), minutes(50));
  await made.publish(minutes(60));
  const tell = async () => {
    const { run } = made;
    for (const push of [run.started(), run.joined(session, minutes(2)), run.ended(minutes(61))]) {
      expect(await tellGoogleMeet(push)).toBe("applied");
    }
  };
  return { student, made, tell, userKey: account.kind === "user" ? account.id : "" };
}

const seen = (classId: string) =>
  sqlOne(
    `select p.profile_id, p.user_email, p.join_time, p.leave_time, c.attendance_synced, c.actual_end_time
     from public.meeting_participants p join public.live_classes c on c.id = p.live_class_id where c.id = $1`,
    [classId],
  );

it.each([
  ["all of Google", (address: string) => ` as ${address}`],
  ["the token endpoint", (address: string) => `/token as ${address}`],
  ["Meet's API", (_: string, record: string) => `/meet/v2/${record}`],
  ["the Directory", (_: string, __: string, userKey: string) => `/users/${userKey}`],
])(
  "%s is away for an hour: nothing is lost, and an hour later all is right",
  async (_, matchOf) => {
    const { student, made, tell, userKey } = await classWithOneStudent();
    const match = matchOf(made.address, made.run.record, userKey);
    await failGoogle({ match, status: 503 });
    await tell();

    expect(await liveOn(made.run.record, HOUR)).toBe(HOUR);
    expect(await seen(made.id)).toMatchObject({ profile_id: null, attendance_synced: false });
    expect(await openTasks(made.run.record)).not.toEqual([]);

    await mendGoogle(match);
    expect(await liveOn(made.run.record, HOUR)).toBeLessThan(HOUR);
    expect(await seen(made.id)).toEqual({
      profile_id: student.id,
      user_email: student.email,
      join_time: minutes(1),
      leave_time: minutes(50),
      attendance_synced: true,
      actual_end_time: minutes(60),
    });
  },
);

it("a rate limit is waited out as long as Google says", async () => {
  const { student, made, tell } = await classWithOneStudent();
  const match = `/meet/v2/${made.run.record}`;
  await failGoogle({ match, status: 429, retryAfter: "1234", times: 3 });
  await tell();
  await maintainAbout(made.run.record);
  const [task] = (await openTasks(made.run.record)).filter((one) => one.kind.startsWith("resolve"));
  expect(task).toMatchObject({ last_error: "google_429_RESOURCE_EXHAUSTED" });
  expect(task?.waits_seconds).toBeGreaterThan(1_200);
  await workOff(made.run.record);
  expect(await seen(made.id)).toMatchObject({ profile_id: student.id });
});

it("a host without a Workspace address cannot be asked as; once he has one, all is found", async () => {
  const { student, made, tell } = await classWithOneStudent();
  await sql("update public.profiles set workspace_email = null where id = $1", [made.teacher.id]);
  await tell();
  await workOff(made.run.record);
  expect(await seen(made.id)).toMatchObject({ profile_id: null, join_time: minutes(2) });

  await sql("update public.profiles set workspace_email = $2 where id = $1", [
    made.teacher.id,
    made.address,
  ]);
  await sql("select private.reconcile_google_meet_conferences($1)", [minutes(120)]);
  await workOff(made.run.record);
  expect(await seen(made.id)).toMatchObject({ profile_id: student.id, join_time: minutes(1) });
});
