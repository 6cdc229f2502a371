import { expect, it } from "vitest";
import { participantUuid, ZoomRun } from "../../../tools/simulate/zoom.ts";
import { noErrors, runExamples } from "../support/doc-examples.ts";
import { createUser } from "../support/users.ts";
import { newMeetingId, scheduleClass, tellZoom } from "../support/zoom.ts";

it("every example of the page about classes runs as it stands, and none is refused", async () => {
  const [teacher, student] = await Promise.all([createUser("teacher"), createUser()]);
  // A class of last hour, in which the student sat at somebody's telephone.
  const start = new Date(Date.now() - 3_600_000);
  const run = new ZoomRun(newMeetingId(), start);
  const classId = await scheduleClass(teacher, [student], run.meetingId, start);
  const stranger = { participant_uuid: participantUuid(), user_name: "iPhone", email: "" };
  for (const event of [run.started(), run.joined(stranger, start)]) {
    expect(await tellZoom(event)).toBe("applied");
  }
  const { data: session } = await teacher.client
    .from("meeting_sessions")
    .select("id")
    .eq("live_class_id", classId)
    .single();
  const found = await runExamples("classes.md", {
    teacher: teacher.client,
    student: student.client,
    studentId: student.id,
    participantId: session?.id,
  });

  expect(Object.keys(found.errors)).toHaveLength(16);
  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    lesson: { meeting_id: "85746065432", status: "scheduled" },
    cancelled: { status: "cancelled" },
    cards: [{ id: classId }, { title: "Algebra", status: "cancelled" }],
    mark: { status: "excused" },
    assigned: { profile_id: student.id },
    unbound: [],
    moved: { scheduled_end: "2027-03-02T10:30:00+00:00" },
    restored: { status: "scheduled" },
    same: { enrolled: 1, added: 0, removed: 0 },
    students: [{ profile_id: student.id }],
    late: { status: "late", note: null },
    unassigned: { id: session?.id, profile_id: null },
  });
});
