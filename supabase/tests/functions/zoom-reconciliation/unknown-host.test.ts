import { expect, it } from "vitest";
import { ZoomRun } from "../../../../tools/simulate/zoom.ts";
import { sql, sqlOne } from "../../support/database.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { openTasks, workOff } from "../../support/work.ts";
import { newMeetingId, tellZoom } from "../../support/zoom.ts";
import { askedOfZoom, failZoom, mendZoom, teachZoom } from "../../support/zoom-cloud.ts";

async function plan({ client }: TestUser, run: ZoomRun): Promise<string> {
  const { data, error } = await client
    .from("live_classes")
    .insert({
      title: "Algebra",
      meeting_id: run.meetingId,
      scheduled_start: run.startedAt.toISOString(),
      duration_minutes: 60,
    })
    .select("id")
    .single();
  if (error) throw error;
  return data.id;
}

/** Somebody else's class in the meeting of a teacher, and the teacher's own; nothing is known of the meeting's host. */
async function rivals() {
  const [owner, other] = [await createUser("teacher"), await createUser("teacher")];
  const run = new ZoomRun(newMeetingId(), new Date("2026-03-02T10:00:00Z"));
  const stranger = await plan(other, run);
  const own = await plan(owner, run);
  expect(await tellZoom(run.started())).toBe("applied");
  return { owner, run, own, stranger, host: { id: run.hostId, email: owner.email.toUpperCase() } };
}

const stateOf = (id: string) =>
  sqlOne("select status::text, meeting_proof::text from public.live_classes where id = $1", [id]);
const nothing = { status: "scheduled", meeting_proof: "none" };

it.each([
  ["one that is planned", false],
  ["one that is over", true],
])("Zoom is asked whose a meeting is: %s", async (_, is_past) => {
  const { run, own, stranger, host } = await rivals();
  await teachZoom({ meetings: [{ id: run.meetingId, is_live: !is_past, is_past, host }] });
  expect(await stateOf(own)).toEqual(nothing);
  await workOff(run.meetingId);
  expect(await stateOf(own)).toEqual({ status: "ongoing", meeting_proof: "provider" });
  expect(await stateOf(stranger)).toEqual(nothing);
});

it("a host whom nobody here is leaves the meeting to the admins, who have it in their list", async () => {
  const { run, own, stranger } = await rivals();
  const host = { id: run.hostId, email: "shared-account@school.example" };
  await teachZoom({ meetings: [{ id: run.meetingId, is_live: true, host }] });
  await workOff(run.meetingId);
  expect([await stateOf(own), await stateOf(stranger)]).toEqual([nothing, nothing]);
  const admin = await createUser("admin");
  const { data } = await admin.client.rpc("unbound_meetings");
  const waiting = data?.find(({ meeting_id }) => meeting_id === run.meetingId);
  expect(waiting?.class_ids.sort()).toEqual([own, stranger].sort());
  expect((await admin.client.rpc("confirm_class_meeting", { p_class_id: own })).error).toBeNull();
  expect(await stateOf(own)).toEqual({ status: "ongoing", meeting_proof: "admin" });
  expect(await stateOf(stranger)).toEqual(nothing);
});

it("while Zoom is away the question stays, and it is not asked of what is known meanwhile", async () => {
  const { owner, run, own } = await rivals();
  await failZoom({ match: `/meetings/${run.meetingId}`, status: 503 });
  await sql("update public.tasks set run_after = now() where resource_id = $1", [run.meetingId]);
  await sql(
    "insert into public.profile_identities (provider, kind, key, profile_id) values ('zoom', 'user', $1, $2)",
    [run.hostId, owner.id],
  );
  expect(await stateOf(own)).toEqual({ status: "ongoing", meeting_proof: "provider" });
  await workOff(run.meetingId);
  expect(await openTasks(run.meetingId)).toEqual([]);
  expect(await askedOfZoom(`/meetings/${run.meetingId}`)).toEqual([]);
  await mendZoom(`/meetings/${run.meetingId}`);
});
