import { beforeAll, describe, expect, it } from "vitest";
import { participantUuid, ZoomRun } from "../../../../tools/simulate/zoom.ts";
import { anonymousClient, createUser, type TestUser } from "../../support/users.ts";
import { newMeetingId, scheduleClass, tellZoom } from "../../support/zoom.ts";

type Client = TestUser["client"];
const minutes = (count: number) => new Date(Date.UTC(2026, 2, 2, 10, count));

describe("a class, told by Zoom and read over REST", () => {
  let teacher: TestUser;
  let ann: TestUser;
  let ben: TestUser;
  let outsider: TestUser;
  let classId: string;

  beforeAll(async () => {
    [teacher, ann, ben, outsider] = await Promise.all([
      createUser("teacher"),
      createUser(),
      createUser(),
      createUser(),
    ]);
    const meetingId = newMeetingId();
    classId = await scheduleClass(teacher, [ann, ben], meetingId, minutes(0));
    const run = new ZoomRun(meetingId, minutes(-2));
    const enter = (email: string) => ({
      participant_uuid: participantUuid(),
      user_name: "Somebody",
      email,
    });
    const [host, first, again, bens, stranger] = [
      enter(teacher.email),
      enter(ann.email.toUpperCase()),
      enter(ann.email),
      enter(ben.email),
      enter("stranger@elsewhere.example"),
    ];
    const told = [
      run.left(first, minutes(10)),
      run.joined(first, minutes(1)),
      run.joined(again, minutes(12)),
      run.started(),
      run.joined(host, minutes(-2)),
      run.joined(bens, minutes(2)),
      run.joined(stranger, minutes(3)),
      run.ended(minutes(58)),
      run.left(bens, minutes(57)),
    ];
    for (const event of told) expect(await tellZoom(event)).toBe("applied");
  });

  it("is completed, with the times of the meeting", async () => {
    const { data } = await teacher.client.from("live_classes").select().eq("id", classId).single();
    expect(data).toMatchObject({ status: "completed" });
    expect(Date.parse(data?.actual_start_time ?? "")).toBe(minutes(-2).getTime());
    expect(Date.parse(data?.actual_end_time ?? "")).toBe(minutes(58).getTime());
  });

  it("shows its teacher every session and who it was", async () => {
    const { data } = await teacher.client
      .from("meeting_sessions")
      .select("profile_id, user_email, effective_leave_time")
      .eq("live_class_id", classId)
      .order("join_time");
    expect(data?.map(({ profile_id }) => profile_id)).toEqual([
      teacher.id,
      ann.id,
      ben.id,
      null,
      ann.id,
    ]);
    const ends = data?.map(({ effective_leave_time }) => Date.parse(effective_leave_time ?? ""));
    expect(ends).toEqual([58, 10, 57, 58, 58].map((minute) => minutes(minute).getTime()));
  });

  it("shows a student its title and times and his own sessions only", async () => {
    const { data: seen } = await ann.client.from("class_cards").select("title, scheduled_start");
    expect(seen).toHaveLength(1);
    const { data: sessions } = await ann.client
      .from("meeting_participants")
      .select("profile_id, user_email");
    expect(sessions).toEqual([
      { profile_id: ann.id, user_email: ann.email },
      { profile_id: ann.id, user_email: ann.email },
    ]);
  });

  it.each([
    ["live_classes", (user: Client) => user.from("live_classes").select()],
    ["class_enrollments", (user: Client) => user.from("class_enrollments").select()],
    ["meeting_instances", (user: Client) => user.from("meeting_instances").select("id")],
    ["meeting_participants", (user: Client) => user.from("meeting_participants").select("id")],
    ["meeting_sessions", (user: Client) => user.from("meeting_sessions").select()],
  ])("shows anybody else nothing in %s", async (_, read) => {
    expect((await read(outsider.client)).data).toEqual([]);
    expect((await read(anonymousClient())).data).toBeNull();
  });

  it("gives the join link to the student only in its window", async () => {
    const set = await teacher.client
      .from("class_join_links")
      .upsert({ live_class_id: classId, join_url: "https://zoom.example/j/1?pwd=a" });
    expect(set.error).toBeNull();
    const links = async (user: TestUser) =>
      (await user.client.from("class_join_links").select()).data?.length;
    expect(await links(teacher)).toBe(1);
    expect(await links(ann)).toBe(0);
    const soon = new Date(Date.now() + 10 * 60_000).toISOString();
    await teacher.client.from("live_classes").update({ scheduled_start: soon }).eq("id", classId);
    expect(await links(ann)).toBe(1);
    expect(await links(outsider)).toBe(0);
  });
});
