import type {
  CloudParticipant,
  CloudSession,
} from "../../../supabase/tests/support/vendors/google/world.ts";
import { GoogleMeetRun, googleId } from "../google-meet.ts";
import { type GoogleMeetCloud, startGoogleMeetCloud } from "../google-meet-cloud.ts";
import { STUDENTS, schedule, tellAttendance, tellSessions } from "../lesson.ts";
import type { Person, Scene, Stage } from "../scene.ts";
import { createStage } from "../stage.ts";

/** One stay in the conference, in minutes of the class; null: until the end. */
interface Stay {
  readonly person: Person;
  readonly from: number;
  readonly to: number | null;
}

/** Who came when: the same as in the class on Zoom. */
function stays(teacher: Person, students: readonly Person[]): Stay[] {
  const [dropout] = students;
  if (!dropout) throw new Error("A class needs students.");
  return [
    { person: teacher, from: -3, to: null },
    ...students.map((person, i) => ({ person, from: i, to: [20, 40][i] ?? null })),
    { person: dropout, from: 23, to: null },
  ];
}

/** What Google knows of somebody: their account, and every stay with its exact times. */
function participantsOf(
  run: GoogleMeetRun,
  all: readonly (Stay & { readonly session: string })[],
  at: (minute: number) => Date,
): CloudParticipant[] {
  const people = [...new Set(all.map(({ person }) => person))];
  return people.map((person) => ({
    name: `${run.record}/participants/${person.id}`,
    signedinUser: { user: `users/${person.id}`, displayName: person.name },
    sessions: all
      .filter((stay) => stay.person === person)
      .map(
        ({ session, from, to }): CloudSession => ({
          name: session,
          startTime: at(from).toISOString(),
          endTime: at(to ?? 61).toISOString(),
        }),
      ),
  }));
}

/** A class of an hour on Google Meet. Events come late, twice or not at all, and Google is asked for the rest. */
async function teach(stage: Stage, cloud: GoogleMeetCloud): Promise<void> {
  const teacher = await stage.person("Clara Nyström", "teacher");
  const students: Person[] = [];
  for (const name of STUDENTS) students.push(await stage.person(name));
  await cloud.giveAddress(teacher.id, teacher.email);

  const start = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 65 * 60_000);
  const at = (minute: number) => new Date(start.getTime() + minute * 60_000);
  const run = new GoogleMeetRun(`spaces/${googleId()}`, at(-3));
  const code = "alg-ebra-bbb";
  const all = stays(teacher, students).map((stay) => ({
    ...stay,
    session: run.session(`${run.record}/participants/${stay.person.id}`),
  }));
  await cloud.teach({
    spaces: [{ name: run.space, meetingCode: code, owner: teacher.email }],
    users: [teacher, ...students].map(({ id, email }) => ({ id, primaryEmail: email })),
    conferences: [
      {
        name: run.record,
        space: run.space,
        startTime: at(-3).toISOString(),
        endTime: at(61).toISOString(),
        participants: participantsOf(run, all, at),
      },
    ],
  });
  const meeting = { provider: "google_meet", meetingId: code, start } as const;
  const classId = await schedule(teacher, students, meeting);

  /** Google says when it sent an event: seconds after it happened. */
  const told = (minute: number) => new Date(at(minute).getTime() + 4_000);
  const push = async (what: string, event: ReturnType<GoogleMeetRun["started"]>) =>
    stage.say(`  ${(await cloud.push(event)).padEnd(10)} ${what}`);
  await push("The conference starts", run.started());
  for (const { person, from, session } of all) {
    await push(`Somebody joins (it is ${person.name})`, run.joined(session, told(from)));
  }
  const [, first, second] = all;
  if (!first || !second) throw new Error("A class needs students.");
  const left = run.left(first.session, told(20));
  await push("Somebody drops out", left);
  await push("The same push again", left);
  await push("The conference ends", run.ended(told(61)));
  stage.say("  lost       Somebody left at 40 minutes: no event ever says so");
  await tellSessions(stage, teacher, classId);
  await cloud.work();
  stage.say("\nA few minutes later, Google Meet and the Directory were asked:\n");
  await tellSessions(stage, teacher, classId);
  await tellAttendance(stage, teacher, classId);
}

async function play(stage: Stage): Promise<void> {
  stage.say("Starting a throw-away stack beside a loopback Google …");
  const cloud = await startGoogleMeetCloud();
  try {
    await teach({ ...createStage(cloud.stack), say: stage.say }, cloud);
  } finally {
    await cloud.stop();
  }
}

export default { title: "The same class on Google Meet", play } satisfies Scene;
