import { beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import {
  askedOfGoogle,
  failGoogle,
  mendGoogle,
  tellGoogleMeet,
} from "../../support/google-meet.ts";
import {
  type GoogleMeetClass,
  googleAccount,
  newGoogleMeetClass,
} from "../../support/google-meet-class.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { workOff } from "../../support/work.ts";

const minutes = (count: number) => new Date(Date.UTC(2026, 2, 2, 10, count));
/** An event says when it was sent, a little after. */
const told = (at: Date) => new Date(at.getTime() + 3_000);

describe("a class, told by Meet and read over REST", () => {
  let ann: TestUser;
  let ben: TestUser;
  let made: GoogleMeetClass & { id: string };

  beforeAll(async () => {
    [ann, ben] = await Promise.all([createUser(), createUser()]);
    made = await newGoogleMeetClass([ann, ben], { start: minutes(0), startedAt: minutes(-2) });
    const { run } = made;
    const [host, anns, bens, outsider] = await Promise.all([
      googleAccount("Teacher", made.address),
      googleAccount("Ann", "ann.private@school.example", [ann.email.toUpperCase()]),
      googleAccount("Ben", ben.email),
      googleAccount("Somebody from elsewhere"),
    ]);
    const guest = { kind: "guest", name: "Ann" } as const;
    const phone = { kind: "phone", name: "+43 1 234 XX XX" } as const;
    const sessions = {
      host: made.stay(host, minutes(-2), minutes(58)),
      ann: made.stay(anns, minutes(1), minutes(10)),
      annAgain: made.stay(anns, minutes(12), minutes(57)),
      ben: made.stay(bens, minutes(2), null),
      outsider: made.stay(outsider, minutes(3), minutes(5)),
      guest: made.stay(guest, minutes(4), minutes(6)),
      phone: made.stay(phone, minutes(5), minutes(7)),
      missed: made.stay(guest, minutes(20), minutes(21)),
    };
    await made.publish(minutes(58));
    const pushes = [
      run.left(sessions.ann, told(minutes(10))),
      run.joined(sessions.ann, told(minutes(1))),
      run.started(),
      run.joined(sessions.annAgain, told(minutes(12))),
      run.joined(sessions.host, told(minutes(-2))),
      run.joined(sessions.ben, told(minutes(2))),
      run.joined(sessions.outsider, told(minutes(3))),
      run.joined(sessions.guest, told(minutes(4))),
      run.joined(sessions.phone, told(minutes(5))),
      run.ended(told(minutes(58))),
    ];
    // A worker that another file called must not be quicker than the first look.
    await failGoogle({ match: ` as ${made.address}`, status: 503 });
    for (const push of pushes) expect(await tellGoogleMeet(push)).toBe("applied");
  });

  const read = async (who: TestUser) => {
    const { data, error } = await who.client
      .from("meeting_sessions")
      .select("profile_id, user_name, user_email, join_time, effective_leave_time")
      .eq("live_class_id", made.id)
      .order("join_time");
    if (error) throw error;
    return data;
  };

  it("has its sessions by the events' time at once, of nobody yet", async () => {
    const sessions = await read(made.teacher);
    expect(sessions).toHaveLength(7);
    expect(sessions.map(({ profile_id }) => profile_id)).toEqual(Array(7).fill(null));
    expect(Date.parse(sessions[0]?.join_time ?? "")).toBe(told(minutes(-2)).getTime());
  });

  it("has everybody's name, address and exact times once the queue was worked on", async () => {
    await mendGoogle(` as ${made.address}`);
    await workOff(made.run.record);
    const sessions = await read(made.teacher);
    expect(
      sessions.map((one) => ({
        who: one.profile_id,
        name: one.user_name,
        email: one.user_email,
        from: Date.parse(one.join_time ?? ""),
        to: Date.parse(one.effective_leave_time ?? ""),
      })),
    ).toEqual(
      [
        { who: made.teacher.id, name: "Teacher", email: made.address, from: -2, to: 58 },
        { who: ann.id, name: "Ann", email: "ann.private@school.example", from: 1, to: 10 },
        { who: ben.id, name: "Ben", email: ben.email, from: 2, to: 58 },
        { who: null, name: "Somebody from elsewhere", email: null, from: 3, to: 5 },
        { who: null, name: "Ann", email: null, from: 4, to: 6 },
        { who: null, name: "+43 1 234 XX XX", email: null, from: 5, to: 7 },
        { who: ann.id, name: "Ann", email: "ann.private@school.example", from: 12, to: 57 },
        { who: null, name: "Ann", email: null, from: 20, to: 21 },
      ].map((one) => ({
        ...one,
        from: minutes(one.from).getTime(),
        to: minutes(one.to).getTime(),
      })),
    );
  });

  it("shows a student its card, and nowhere the way into its space", async () => {
    const { client } = ann;
    const answers = await Promise.all([
      client.from("live_classes").select(),
      client.from("class_cards").select(),
      client.from("class_join_links").select(),
      client.from("meeting_sessions").select(),
      client.rpc("playable_recordings", { p_class_id: made.id }),
      client.from("meeting_instances").select(),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 403]);
    expect(answers[0].data).toEqual([]);
    expect(answers[1].data).toMatchObject([{ id: made.id, title: "Algebra", status: "completed" }]);
    const text = JSON.stringify(answers.map(({ data }) => data));
    for (const key of [made.space, made.code, made.run.record]) expect(text).not.toContain(key);
  });

  it("is completed by Meet's own times and counts as compared", async () => {
    const { data } = await made.teacher.client
      .from("live_classes")
      .select("status, actual_start_time, actual_end_time, attendance_synced")
      .eq("id", made.id)
      .single();
    expect(data).toMatchObject({ status: "completed", attendance_synced: true });
    expect(Date.parse(data?.actual_start_time ?? "")).toBe(minutes(-2).getTime());
    expect(Date.parse(data?.actual_end_time ?? "")).toBe(minutes(58).getTime());
  });

  it("remembers whose account it was, and who is not of the domain", async () => {
    const rows = await sql(
      "select from public.profile_identities where provider = 'google_meet' and profile_id = any ($1)",
      [[ann.id, ben.id, made.teacher.id]],
    );
    expect(rows).toHaveLength(3);
    const asked = await askedOfGoogle(`as ${made.address}`);
    await sql("select private.enqueue_task('reconcile_google_meet_conference', $1)", [
      made.run.record,
    ]);
    await workOff(made.run.record);
    const askedAgain = await askedOfGoogle(`as ${made.address}`);
    expect(askedAgain.length).toBeGreaterThan(asked.length);
    expect(askedAgain.slice(asked.length).filter((line) => line.includes("/users/"))).toEqual([]);
  });

  it("shows a student his own sessions only", async () => {
    const sessions = await read(ann);
    expect(sessions.map(({ profile_id }) => profile_id)).toEqual([ann.id, ann.id]);
  });

  it("an event that comes late changes nothing of what Meet's record says", async () => {
    const before = await read(made.teacher);
    expect(await tellGoogleMeet(made.run.ended(minutes(75)))).toBe("applied");
    await workOff(made.run.record);
    expect(await read(made.teacher)).toEqual(before);
  });
});
