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

  expect(Object.keys(found.errors)).toHaveLength(9);
  expect(found.errors).toEqual(noErrors(found));
  expect(found.results).toMatchObject({
    lesson: { meeting_id: "85746065432", status: "scheduled" },
    cancelled: { status: "cancelled" },
    cards: [{ id: classId }, { title: "Algebra", status: "cancelled" }],
    mark: { status: "excused" },
    assigned: { profile_id: student.id },
    unbound: [],
  });
});

it("the export of the page about accounts comes together as it stands", async () => {
  const { id, client } = await createUser();
  const { results } = await runExamples("accounts.md", { supabase: client });
  expect(results.sections).toMatchObject({ "accounts.profile": [{ id }] });
});
