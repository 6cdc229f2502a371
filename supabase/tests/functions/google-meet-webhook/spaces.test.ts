import { expect, it } from "vitest";
import { type GoogleMeetPush, googleId } from "../../../../tools/simulate/google-meet.ts";
import { sql } from "../../support/database.ts";
import { failGoogle, mendGoogle, teachGoogle, tellGoogleMeet } from "../../support/google-meet.ts";
import {
  type GoogleMeetClass,
  newCode,
  newGoogleMeetClass,
} from "../../support/google-meet-class.ts";
import type { TestUser } from "../../support/users.ts";
import { openTasks, workOff } from "../../support/work.ts";

const inAnHour = () => new Date(Date.now() + 3_600_000);

async function meetingOf(made: GoogleMeetClass & { id: string }): Promise<string | null> {
  const { data, error } = await made.teacher.client
    .from("live_classes")
    .select("meeting_id")
    .eq("id", made.id)
    .single();
  if (error) throw error;
  return data.meeting_id;
}

async function stateOf(made: GoogleMeetClass & { id: string }) {
  const { data } = await made.teacher.client
    .from("live_classes")
    .select("status, meeting_proof")
    .eq("id", made.id)
    .single();
  return data;
}

async function toldKinds(user: TestUser): Promise<string[]> {
  const { data } = await user.client.from("notifications").select("kind");
  return (data ?? []).map(({ kind }) => kind).filter((kind) => kind.startsWith("class_meeting_"));
}

it("a meeting code becomes its space, and what happens there is the class's", async () => {
  const start = inAnHour();
  const made = await newGoogleMeetClass([], { start, meetingId: "code" });
  expect(await meetingOf(made)).toBe(made.code);
  expect(await tellGoogleMeet(made.run.started())).toBe("applied");
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
  const made = await newGoogleMeetClass([], { start: inAnHour() });
  const { error } = await made.teacher.client
    .from("live_classes")
    .update({ meeting_id: typed(made.code) })
    .eq("id", made.id);
  expect(error).toBeNull();
  expect(await meetingOf(made)).toBe(made.code);
  await workOff(made.id);
  expect(await meetingOf(made)).toBe(made.space);
});

it("another teacher's space is not taken over by its code", async () => {
  const owner = await newGoogleMeetClass([], { start: inAnHour() });
  const other = await newGoogleMeetClass([], { start: inAnHour() });
  const { error } = await other.teacher.client
    .from("live_classes")
    .update({ meeting_id: owner.code })
    .eq("id", other.id);
  expect(error).toBeNull();
  await workOff(other.id);
  expect(await meetingOf(other)).toBe(owner.space);
  expect(await stateOf(other)).toEqual({ status: "scheduled", meeting_proof: "none" });
  expect(await tellGoogleMeet(owner.run.started())).toBe("applied");
  expect(await stateOf(other)).toEqual({ status: "scheduled", meeting_proof: "none" });
  expect(await stateOf(owner)).toEqual({ status: "ongoing", meeting_proof: "provider" });
});

/** A class that is near, and another teacher's in the same space, nearer to its start; of neither anything is shown. */
async function rivals() {
  const start = new Date(Date.now() - 20 * 60_000);
  const owner = await newGoogleMeetClass([], { start, isShown: false });
  const other = await newGoogleMeetClass([], { start: inAnHour(), isShown: false });
  await other.teacher.client
    .from("live_classes")
    .update({ meeting_id: owner.space, scheduled_start: owner.run.startedAt.toISOString() })
    .eq("id", other.id);
  return { owner, other, joined: owner.run.session() };
}

it("whom Google lets read a conference gets it, and whom it does not gets nothing", async () => {
  const { owner, other } = await rivals();
  owner.stay({ kind: "guest", name: "Somebody" }, owner.run.startedAt, null);
  await owner.publish();
  expect(await tellGoogleMeet(owner.run.started())).toBe("applied");
  expect(await stateOf(owner)).toEqual({ status: "scheduled", meeting_proof: "none" });
  await sql("select private.enqueue_task('reconcile_google_meet_conference', $1)", [
    owner.run.record,
  ]);
  await workOff(owner.run.record);
  expect(await stateOf(owner)).toEqual({ status: "ongoing", meeting_proof: "provider" });
  expect(await stateOf(other)).toEqual({ status: "scheduled", meeting_proof: "none" });
});

it("whose subscription is told what only owners are told is the owner", async () => {
  const { owner, other, joined } = await rivals();
  const name = `subscriptions/${googleId()}`;
  await sql(
    "update private.google_meet_subscriptions set name = $3 where space = $1 and host_id = $2",
    [owner.space, owner.teacher.id, name],
  );
  const source = `//workspaceevents.googleapis.com/${name}`;
  const from = (push: GoogleMeetPush) => {
    push.message.attributes["ce-source"] = source;
    return push;
  };
  // Google tells this to whoever is invited.
  expect(await tellGoogleMeet(from(owner.run.started()))).toBe("applied");
  expect(await stateOf(owner)).toEqual({ status: "scheduled", meeting_proof: "none" });
  expect(await tellGoogleMeet(from(owner.run.joined(joined, new Date())))).toBe("applied");
  expect(await stateOf(owner)).toEqual({ status: "ongoing", meeting_proof: "provider" });
  expect(await stateOf(other)).toEqual({ status: "scheduled", meeting_proof: "none" });
});

it("a code that is no meeting's is told to the host once", async () => {
  const made = await newGoogleMeetClass([], { start: inAnHour() });
  const code = newCode();
  await made.teacher.client.from("live_classes").update({ meeting_id: code }).eq("id", made.id);
  await workOff(made.id);
  await sql("select private.check_google_meet_classes(now() + interval '7 hours')");
  await workOff(made.id);
  expect(await meetingOf(made)).toBe(code);
  expect(await toldKinds(made.teacher)).toEqual(["class_meeting_absent"]);
});

it("a code that could not be asked about is asked again, by the task and then by the job", async () => {
  const made = await newGoogleMeetClass([], { start: inAnHour() });
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
  await sql("select private.check_google_meet_classes(now() + interval '7 hours')");
  await workOff(made.id);
  expect(await meetingOf(made)).toBe(`${made.space}-2`);
});
