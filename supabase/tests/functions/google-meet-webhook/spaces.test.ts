import { expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { failGoogle, mendGoogle, teachGoogle, tellMeet } from "../../support/meet.ts";
import { type MeetClass, newCode, newMeetClass } from "../../support/meet-class.ts";
import type { TestUser } from "../../support/users.ts";
import { openTasks, workOff } from "../../support/work.ts";

const inAnHour = () => new Date(Date.now() + 3_600_000);

async function meetingOf(made: MeetClass & { id: string }): Promise<string | null> {
  const { data, error } = await made.teacher.client
    .from("live_classes")
    .select("meeting_id")
    .eq("id", made.id)
    .single();
  if (error) throw error;
  return data.meeting_id;
}

async function toldKinds(user: TestUser): Promise<string[]> {
  const { data } = await user.client.from("notifications").select("kind");
  return (data ?? []).map(({ kind }) => kind).filter((kind) => kind.startsWith("class_meeting_"));
}

it("a meeting code becomes its space, and what happens there is the class's", async () => {
  const start = inAnHour();
  const made = await newMeetClass([], { start, meetingId: "code" });
  expect(await meetingOf(made)).toBe(made.code);
  expect(await tellMeet(made.run.started())).toBe("applied");
  await workOff(made.id);
  expect(await meetingOf(made)).toBe(made.space);
  const { data } = await made.teacher.client
    .from("live_classes")
    .select("status")
    .eq("id", made.id)
    .single();
  expect(data).toEqual({ status: "ongoing" });
});

it.each<[string, (code: string) => string]>([
  ["in capitals", (code) => code.toUpperCase()],
  ["as a link", (code) => `https://meet.google.com/${code}?authuser=0`],
])("a code may be typed %s", async (_, typed) => {
  const made = await newMeetClass([], { start: inAnHour() });
  const { error } = await made.teacher.client
    .from("live_classes")
    .update({ meeting_id: typed(made.code) })
    .eq("id", made.id);
  expect(error).toBeNull();
  expect(await meetingOf(made)).toBe(made.code);
  await workOff(made.id);
  expect(await meetingOf(made)).toBe(made.space);
});

it("another teacher's space is not taken over by its code, and he is told", async () => {
  const owner = await newMeetClass([], { start: inAnHour() });
  const other = await newMeetClass([], { start: inAnHour() });
  const { error } = await other.teacher.client
    .from("live_classes")
    .update({ meeting_id: owner.code })
    .eq("id", other.id);
  expect(error).toBeNull();
  await workOff(other.id);
  expect(await meetingOf(other)).toBe(owner.code);
  expect(await toldKinds(other.teacher)).toEqual(["class_meeting_taken"]);
  expect(await toldKinds(owner.teacher)).toEqual([]);
});

it("a code that is no meeting's is told to the host once", async () => {
  const made = await newMeetClass([], { start: inAnHour() });
  const code = newCode();
  await made.teacher.client.from("live_classes").update({ meeting_id: code }).eq("id", made.id);
  await workOff(made.id);
  await sql("select private.check_meet_classes(now() + interval '7 hours')");
  await workOff(made.id);
  expect(await meetingOf(made)).toBe(code);
  expect(await toldKinds(made.teacher)).toEqual(["class_meeting_absent"]);
});

it("a code that could not be asked about is asked again, by the task and then by the job", async () => {
  const made = await newMeetClass([], { start: inAnHour() });
  const code = newCode();
  await teachGoogle({
    spaces: [{ name: `${made.space}-2`, meetingCode: code, owner: made.address }],
  });
  await failGoogle({ match: `spaces/${code}`, status: 503 });
  await made.teacher.client.from("live_classes").update({ meeting_id: code }).eq("id", made.id);
  await expect(workOff(made.id)).resolves.toBeUndefined();
  expect(await openTasks(made.id)).toEqual([]);
  expect(await meetingOf(made)).toBe(code);

  await mendGoogle(`spaces/${code}`);
  await sql("select private.check_meet_classes(now() + interval '7 hours')");
  await workOff(made.id);
  expect(await meetingOf(made)).toBe(`${made.space}-2`);
});
