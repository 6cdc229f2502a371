import type { Person, Scene, Stage } from "../scene.ts";
import { participantUuid, signZoom, type ZoomBody, ZoomRun } from "../zoom.ts";

const STUDENTS = [
  ..."Ines Duarte,Jonas Weber,Keiko Mori,Luca Bianchi,Mina Farouk".split(","),
  ..."Nils Aalto,Noor Haddad,Oskar Lind,Petra Novak,Quinn Murphy".split(","),
];

/** Sends an event as Zoom does, now, and returns the status word of the answer. */
async function deliver({ url, secrets }: Stage, event: ZoomBody): Promise<string> {
  const body = JSON.stringify(event);
  const response = await fetch(`${url}/functions/v1/zoom-webhook`, {
    method: "POST",
    headers: signZoom(body, secrets.zoom),
    body,
  });
  const answer: unknown = await response.json();
  if (response.ok && typeof answer === "object" && answer && "status" in answer) {
    return String(answer.status);
  }
  throw new Error(`zoom-webhook answered ${response.status}: ${JSON.stringify(answer)}`);
}

async function schedule(teacher: Person, students: Person[], meetingId: string, start: Date) {
  const { data, error } = await teacher.client
    .from("live_classes")
    .insert({
      title: "Algebra — group B",
      meeting_id: meetingId,
      scheduled_start: start.toISOString(),
      duration_minutes: 60,
    })
    .select("id")
    .single();
  if (error) throw error;
  const enrolment = await teacher.client.rpc("set_enrollments", {
    class_id: data.id,
    student_ids: students.map(({ id }) => id),
  });
  if (enrolment.error) throw enrolment.error;
  return data.id;
}

const clock = (time: string | null) => (time === null ? "—" : time.slice(11, 16));

/** What a person reads of the class under his own rights. */
async function tell(stage: Stage, reader: Person, classId: string): Promise<void> {
  const { data: lesson, error } = await reader.client
    .from("live_classes")
    .select("title, status, scheduled_start, actual_start_time, actual_end_time")
    .eq("id", classId)
    .single();
  if (error) throw error;
  const { data: sessions } = await reader.client
    .from("meeting_sessions")
    .select("user_name, user_email, match_confidence, join_time, effective_leave_time")
    .eq("live_class_id", classId)
    .order("join_time");
  stage.say(
    `${reader.name} sees “${lesson.title}”, ${lesson.status}, ` +
      `${clock(lesson.actual_start_time)} to ${clock(lesson.actual_end_time)} UTC, and ${sessions?.length ?? 0} sessions:`,
    sessions?.map((one) => ({
      name: one.user_name,
      address: one.user_email,
      "known by": one.match_confidence,
      joined: clock(one.join_time),
      left: clock(one.effective_leave_time),
    })),
  );
}

/** A Zoom class of an hour that ended some minutes ago: ten come, one drops out and comes back, one event is told twice, one late. */
async function play(stage: Stage): Promise<void> {
  const teacher = await stage.person("Clara Nystrom", "teacher");
  const students: Person[] = [];
  for (const name of STUDENTS) students.push(await stage.person(name));

  const scheduled = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 65 * 60_000);
  const at = (minute: number) => new Date(scheduled.getTime() + minute * 60_000);
  const run = new ZoomRun(`8${Date.now() % 10_000_000_000}`, at(-3));
  const classId = await schedule(teacher, students, run.meetingId, scheduled);

  const enter = ({ name, email }: Person) => ({
    participant_uuid: participantUuid(),
    user_name: name,
    email,
  });
  const host = enter(teacher);
  const entries = students.map(enter);
  const [first, second] = entries;
  const [dropout] = students;
  if (!first || !second || !dropout) throw new Error("A class needs students.");
  const back = enter(dropout);

  const deliveries: [string, ZoomBody][] = [
    ["The meeting starts", run.started()],
    ["The teacher joins", run.joined(host, at(-3))],
    ...entries.map((one, i): [string, ZoomBody] => [
      `${one.user_name} joins`,
      run.joined(one, at(i)),
    ]),
    [`${first.user_name} drops out`, run.left(first, at(20))],
    [`${first.user_name} is back`, run.joined(back, at(23))],
    ["The same delivery again", run.joined(back, at(23))],
    ["The meeting ends", run.ended(at(61))],
    [`${second.user_name} left at 40 minutes, told late`, run.left(second, at(40))],
  ];
  // A repeated delivery repeats its bytes.
  const again = deliveries.findIndex(([what]) => what === "The same delivery again");
  const repeated = deliveries[again - 1]?.[1];
  for (const [i, [what, event]] of deliveries.entries()) {
    const word = await deliver(stage, i === again && repeated ? repeated : event);
    stage.say(`  ${word.padEnd(10)} ${what}`);
  }
  stage.say("");
  await tell(stage, teacher, classId);
  await tell(stage, dropout, classId);
}

export default { title: "A class on Zoom", play } satisfies Scene;
