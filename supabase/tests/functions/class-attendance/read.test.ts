import { beforeAll, describe, expect, it } from "vitest";
import { participantUuid, ZoomRun } from "../../../../tools/simulate/zoom.ts";
import { callFunction } from "../../support/functions.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { newMeetingId, scheduleClass, tellZoom } from "../../support/zoom.ts";

const minutes = (n: number) => n * 60_000;
// Providers tell whole seconds.
const start = new Date(Math.floor(Date.now() / 1_000) * 1_000 - minutes(180));
const at = (n: number) => new Date(start.getTime() + minutes(n));
let teacher: TestUser;
let student: TestUser;
let absent: TestUser;
let classId: string;

beforeAll(async () => {
  teacher = await createUser("teacher");
  // A name that a spreadsheet would run.
  student = await createUser("member", '=cmd|"/c calc"!A1, "Zoe"');
  absent = await createUser("member", "Yan Absent");
  const run = new ZoomRun(newMeetingId(), start);
  classId = await scheduleClass(teacher, [student, absent], run.meetingId, start);
  const known = { participant_uuid: participantUuid(), email: student.email };
  const stranger = { participant_uuid: participantUuid(), user_name: "iPhone", email: "" };
  for (const event of [
    run.started(),
    run.joined(known, at(10)),
    run.joined(stranger, at(0)),
    run.left(known, at(60)),
    run.ended(at(60)),
  ]) {
    expect(await tellZoom(event)).toBe("applied");
  }
});

const read = (user: TestUser | undefined, query = `class_id=${classId}`) =>
  callFunction(`class-attendance?${query}`, user ? { user } : {});

describe("class-attendance", () => {
  it("tells the host who attended, how long, and who is not known", async () => {
    const response = await read(teacher);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      class: { id: classId, status: "completed" },
      students: expect.arrayContaining([
        expect.objectContaining({
          profile_id: student.id,
          status: "late",
          attended_seconds: 3000,
          share: 0.8333,
        }),
        expect.objectContaining({ profile_id: absent.id, status: "absent", attended_seconds: 0 }),
      ]),
      unmatched: [expect.objectContaining({ user_name: "iPhone" })],
      to_review: [],
    });
  });

  it("tells an admin the same", async () => {
    const response = await read(await createUser("admin"));
    expect(response.status).toBe(200);
  });

  it("knows people by the name they signed up with", async () => {
    const { data } = await absent.client.from("profiles").select("full_name").eq("id", absent.id);
    expect(data).toEqual([{ full_name: "Yan Absent" }]);
  });

  it("is an absent class to its students, other teachers and agents", async () => {
    for (const user of [student, await createUser("teacher"), await createUser("agent")]) {
      const response = await read(user);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: "class_not_found" });
    }
  });

  it("refuses a visitor, a bad id and an unknown format", async () => {
    expect((await read(undefined)).status).toBe(401);
    expect((await read(teacher, "class_id=1")).status).toBe(422);
    expect((await read(teacher, `class_id=${classId}&format=xml`)).status).toBe(422);
    expect((await callFunction("class-attendance", { method: "POST", user: teacher })).status).toBe(
      405,
    );
  });

  it("writes a CSV that a spreadsheet does not run", async () => {
    const response = await read(teacher, `class_id=${classId}&format=csv`);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const lines = (await response.text()).trimEnd().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^"full_name","status",/);
    expect(lines.some((line) => line.startsWith(`"'=cmd|""/c calc""!A1, ""Zoe""","late",`))).toBe(
      true,
    );
  });

  it("lets the host mark a student, which wins", async () => {
    const { error } = await teacher.client
      .from("attendance_marks")
      .insert({ live_class_id: classId, profile_id: absent.id, status: "excused", note: "ill" });
    expect(error).toBeNull();
    const own = await absent.client.from("class_attendance").select("status, is_marked");
    expect(own.data).toEqual([{ status: "excused", is_marked: true }]);
  });
});
